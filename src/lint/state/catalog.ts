import type { Name, ObjectKind } from '../../core/grammar/names.js';
import type { Origin } from '../known/known.js';
import {
  type DraftConstraint,
  type DraftObject,
  type DraftRelation,
  emptyRelation,
} from './draft.js';
import { Indexes } from './indexes.js';

/** What the files have created so far, by name. Names of relations, indexes and objects are qualified. */
export class Catalog {
  readonly relations = new Map<string, DraftRelation>();
  /** Tables that no file created, as far as ALTER TABLE says something of them. */
  readonly strangers = new Map<string, DraftRelation>();
  readonly indexes = new Indexes();
  readonly objects = new Map<string, DraftObject>();
  /** By table and column: the last to assign it. */
  readonly filled = new Map<string, Origin>();
  /** In the current file. */
  readonly temporary = new Set<string>();
  readonly #dropped = new Map<string, Origin>();

  constructor(readonly qualified: (name: Name) => string) {}

  relation(name: Name): DraftRelation | null {
    if (name.schema === null) {
      const temporary = this.relations.get(`pg_temp.${name.name}`);
      if (temporary !== undefined) return temporary;
    }
    return this.relations.get(this.qualified(name)) ?? null;
  }

  /** The table with its schema, as far as it is known. */
  placeOf(table: Name): string {
    const found = this.relation(table);
    return found === null ? this.qualified(table) : `${found.schema}.${found.name}`;
  }

  /** The name with its schema, which a later search path does not change. */
  resolved(table: Name): Name {
    return { schema: schemaIn(this.placeOf(table), table), name: table.name, at: table.at };
  }

  keyOf(kind: ObjectKind, name: Name, on: Name | null = null): string {
    return on === null
      ? `${kind} ${placeless.has(kind) ? name.name : this.qualified(name)}`
      : `${kind} ${name.name} on ${this.qualified(on)}`;
  }

  /** What is known about a table that no file created, so that it existed before them. */
  stranger(name: Name, { file, runsOnce }: Origin): DraftRelation {
    const key = this.qualified(name);
    const known = this.strangers.get(key);
    if (known !== undefined) return known;
    const schema = schemaIn(key, name);
    const what = { kind: 'table', schema, name: name.name, persistence: 'permanent' } as const;
    const relation = emptyRelation(what, { file, isDeployed: true, runsOnce });
    this.strangers.set(key, relation);
    return relation;
  }

  drop(kind: ObjectKind, name: Name, on: Name | null, by: Origin): void {
    const key = this.keyOf(kind, name, on);
    this.objects.delete(key);
    if (kind === 'index') this.indexes.drop(this.qualified(name));
    if (relationKinds.has(kind)) this.#dropRelation(name);
    this.#dropped.set(key, by);
  }

  #dropRelation(name: Name): void {
    this.strangers.delete(this.qualified(name));
    const found = this.relation(name);
    if (found === null) return;
    const key = `${found.schema}.${found.name}`;
    this.relations.delete(key);
    this.indexes.dropTable(key);
    const gone = new Set(this.#keysTo(key));
    if (gone.size > 0)
      for (const each of [...this.relations.values(), ...this.strangers.values()])
        each.constraints = each.constraints.filter((constraint) => !gone.has(constraint));
    for (const object of this.objects.keys())
      if (object.endsWith(` on ${key}`)) this.objects.delete(object);
  }

  /** Gives it another name or schema, along with everything on it and everything that refers to it. */
  moveRelation(relation: DraftRelation, { schema, name }: Pick<Name, 'schema' | 'name'>): void {
    const from = `${relation.schema}.${relation.name}`;
    relation.schema = schema ?? relation.schema;
    relation.name = name;
    const to = `${relation.schema}.${name}`;
    this.relations.delete(from);
    this.relations.set(to, relation);
    if (this.temporary.delete(from)) this.temporary.add(to);
    this.indexes.moveTable(from, relation);
    for (const [key, object] of this.objects) {
      if (!key.endsWith(` on ${from}`)) continue;
      this.objects.delete(key);
      this.objects.set(`${key.slice(0, -from.length)}${to}`, object);
    }
    for (const key of this.#keysTo(from))
      key.references = { schema: relation.schema, name, at: key.at };
  }

  renameColumn({ schema, name, columns, constraints }: DraftRelation, from: string, to: string) {
    const column = columns.get(from);
    if (column === undefined) return;
    columns.delete(from);
    columns.set(to, { ...column, name: to });
    this.indexes.renameColumn(`${schema}.${name}`, from, to);
    for (const each of constraints)
      each.columns = each.columns.map((own) => (own === from ? to : own));
  }

  /** Foreign keys that reference the table. */
  #keysTo(table: string): readonly DraftConstraint[] {
    return [...this.relations.values(), ...this.strangers.values()].flatMap(({ constraints }) =>
      constraints.filter(
        ({ references }) => references !== null && this.qualified(references) === table,
      ),
    );
  }

  /** An object that is created again is not dropped any more. */
  forgetDrop(kind: ObjectKind, name: Name, on: Name | null): void {
    this.#dropped.delete(this.keyOf(kind, name, kind === 'index' ? null : on));
  }

  /** An index is dropped without its table, so it has no `on`. */
  droppedBy(kind: ObjectKind, name: Name, on: Name | null): Origin | null {
    const own = this.#dropped.get(this.keyOf(kind, name, kind === 'index' ? null : on));
    return own ?? (on === null ? null : (this.#dropped.get(this.keyOf('table', on)) ?? null));
  }

  /** Temporary tables go with the session. */
  endSession(): void {
    for (const key of this.temporary) this.relations.delete(key);
    this.temporary.clear();
  }
}

/** The schema of a qualified name. */
export function schemaIn(qualified: string, { name }: Pick<Name, 'name'>): string {
  return qualified.slice(0, -name.length - 1);
}

/** Objects of these kinds are in no schema. */
const placeless: ReadonlySet<ObjectKind> = new Set([
  'access method',
  'cast',
  'database',
  'event trigger',
  'extension',
  'foreign data wrapper',
  'language',
  'publication',
  'role',
  'schema',
  'server',
  'subscription',
  'tablespace',
  'transform',
  'user mapping',
]);

const relationKinds: ReadonlySet<ObjectKind> = new Set([
  'table',
  'foreign table',
  'view',
  'materialized view',
  'sequence',
]);
