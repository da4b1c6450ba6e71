import type { Expr } from '../../core/grammar/expressions.js';
import type { Name, ObjectKind } from '../../core/grammar/names.js';
import type { Statement, StatementOf } from '../../core/grammar/statement.js';
import type { AlterAction } from '../../core/grammar/tables.js';
import type { LintedFile } from '../../core/lint/linted-file.js';

type Named = Pick<Name, 'schema' | 'name'>;
type Placed = Named & Pick<Name, 'at'>;
type On = Named | null;

/**
 * What a file makes, drops and empties in any of its statements, also in those to come: what it takes away again, or makes
 * anew, is there or not as its second run needs it. Columns and constraints are objects on their table; what
 * is renamed is dropped under its old name and made under the new one, what goes to another schema is dropped.
 */
export class WholeFile {
  static readonly #known = new WeakMap<LintedFile, WholeFile>();
  readonly #made = new Map<string, Entry[]>();
  readonly #dropped = new Map<string, Entry[]>();
  readonly #deletedFrom = new Map<string, Entry[]>();
  readonly #emptied = new Map<string, Entry[]>();
  readonly #inserted = new Map<string, Entry[]>();
  readonly #attached = new Map<string, Entry[]>();
  readonly #detached = new Map<string, Entry[]>();
  readonly #withoutIdentity = new Map<string, Entry[]>();

  static of(file: LintedFile): WholeFile {
    const known = WholeFile.#known.get(file) ?? new WholeFile(file);
    WholeFile.#known.set(file, known);
    return known;
  }

  private constructor(file: LintedFile) {
    for (const statement of everyStatement(file)) this.#take(statement);
  }

  /** `before`: in a statement that begins before that index. */
  makes(object: ObjectKind, name: Named, on: On = null, before = Infinity): boolean {
    return has(this.#made, object, name, on, before);
  }

  /** Also with its table or its schema. */
  drops(object: ObjectKind, name: Named, on: On = null): boolean {
    if (has(this.#dropped, object, name, on)) return true;
    if (on !== null && object !== 'schema' && this.drops('table', on)) return true;
    const { schema } = on ?? name;
    return schema !== null && has(this.#dropped, 'schema', { schema: null, name: schema }, null);
  }

  /** Whether it deletes rows of the table, or drops it. */
  deletesFrom(table: Named): boolean {
    return has(this.#deletedFrom, 'table', table, null) || this.drops('table', table);
  }

  /** Whether it deletes all rows of the table, or drops it. */
  empties(table: Named, before = Infinity): boolean {
    if (has(this.#emptied, 'table', table, null, before)) return true;
    return before === Infinity && this.drops('table', table);
  }

  insertsInto(table: Named): boolean {
    return has(this.#inserted, 'table', table, null);
  }

  attachesAndDetaches(partition: Named): boolean {
    const isIn = (map: ReadonlyMap<string, readonly Entry[]>): boolean =>
      has(map, 'table', partition, null);
    return isIn(this.#attached) && isIn(this.#detached);
  }

  /** Whether it makes a column of the table one that is no identity. */
  dropsIdentity(table: Named): boolean {
    return has(this.#withoutIdentity, 'table', table, null);
  }

  #take(statement: Statement): void {
    const { creates } = statement;
    if (creates !== null) note(this.#made, creates.object, creates, creates.on);
    switch (statement.kind) {
      case 'drop':
        for (const name of statement.names) note(this.#dropped, statement.object, name, name.on);
        return;
      case 'rename':
        this.#rename(statement);
        return;
      case 'set-schema':
        note(this.#dropped, statement.object, statement.name, null);
        return;
      case 'alter-table':
        for (const action of statement.actions) this.#takeAction(statement.table, action);
        return;
      case 'alter-domain':
        this.#takeDomain(statement);
        return;
      case 'truncate':
        for (const table of statement.tables) this.#takeDelete(table, null);
        return;
      case 'delete':
        this.#takeDelete(statement.table, statement.where);
        return;
      case 'insert':
        note(this.#inserted, 'table', statement.table, null);
        return;
      default:
    }
  }

  #takeDelete(table: Name, where: Expr | null): void {
    note(this.#deletedFrom, 'table', table, null);
    if (where === null) note(this.#emptied, 'table', table, null);
  }

  #rename({ object, name, part, to, at }: StatementOf<'rename'>): void {
    const on = part === null ? null : name;
    note(this.#dropped, object, part === null ? name : { schema: null, name: part, at }, on);
    note(this.#made, object, { schema: on === null ? name.schema : null, name: to, at }, on);
  }

  #takeAction(table: Name, action: AlterAction): void {
    const part = (name: string): Placed => ({ schema: null, name, at: action.at });
    switch (action.kind) {
      case 'drop-column':
        note(this.#dropped, 'column', part(action.column), table);
        return;
      case 'drop-constraint':
        note(this.#dropped, 'constraint', part(action.constraint), table);
        return;
      case 'add-column':
        note(this.#made, 'column', part(action.column.name), table);
        return;
      case 'add-constraint':
        note(this.#made, 'constraint', part(action.constraint.name ?? ''), table);
        return;
      case 'attach-partition':
        note(this.#attached, 'table', action.partition, null);
        return;
      case 'detach-partition':
        note(this.#detached, 'table', action.partition, null);
        return;
      default:
        if (action.kind === 'other' && action.word === 'DropIdentity')
          note(this.#withoutIdentity, 'table', table, null);
    }
  }

  #takeDomain({ domain, action, constraint, at }: StatementOf<'alter-domain'>): void {
    const name = { schema: null, name: constraint ?? '', at };
    if (action === 'add constraint') note(this.#made, 'domain constraint', name, domain);
    if (action === 'drop constraint') note(this.#dropped, 'domain constraint', name, domain);
  }
}

interface Entry {
  readonly at: number;
  readonly schema: string | null;
  readonly on: On;
}

function note(
  to: Map<string, Entry[]>,
  object: ObjectKind,
  { schema, name, at }: Placed,
  on: On,
): void {
  const key = `${kindOf(object)} ${name}`;
  const entries = to.get(key) ?? [];
  entries.push({ schema, on, at });
  to.set(key, entries);
}

function has(
  map: ReadonlyMap<string, readonly Entry[]>,
  object: ObjectKind,
  { schema, name }: Named,
  on: On,
  before = Infinity,
): boolean {
  const entries = map.get(`${kindOf(object)} ${name}`) ?? [];
  return entries.some(
    (each) =>
      each.at < before &&
      fits(each.schema, schema) &&
      (each.on === null ||
        on === null ||
        (each.on.name === on.name && fits(each.on.schema, on.schema))),
  );
}

/** A name without a schema may be in any. */
function fits(one: string | null, other: string | null): boolean {
  return one === null || other === null || one === other;
}

/** Objects that have names in common. */
function kindOf(object: ObjectKind): ObjectKind {
  if (object === 'domain') return 'type';
  if (object === 'procedure' || object === 'aggregate' || object === 'routine') return 'function';
  return object === 'foreign table' ? 'table' : object;
}

/** The statements of a file, with those that a WITH writes, a DO block runs and a constant EXECUTE runs. */
export function* everyStatement({ statements }: LintedFile): Generator<Statement> {
  for (const { parsed } of statements) if (parsed !== null) yield* withNested(parsed);
}

function* withNested(statement: Statement): Generator<Statement> {
  yield statement;
  for (const write of statement.writes) yield* withNested(write);
  if (statement.kind !== 'do' && statement.kind !== 'execute') return;
  for (const nested of statement.body?.statements ?? []) yield* withNested(nested.statement);
}
