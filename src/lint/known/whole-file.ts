import type { Expr } from '../../core/grammar/expressions.js';
import type { Name, ObjectKind } from '../../core/grammar/names.js';
import type { NestedStatement, Statement, StatementOf } from '../../core/grammar/statement.js';
import type { AlterAction } from '../../core/grammar/tables.js';
import type { LintedFile } from '../../core/lint/linted-file.js';
import { type Named, NameSet, type On, type Placed } from './name-set.js';

/**
 * What a file creates, drops and empties in any of its statements, later ones included: an object that it drops again,
 * or recreates, is in the state that its second run needs. Columns and constraints are objects on their table; a
 * rename drops the old name and creates the new one, and a change of schema is a drop.
 */
export class WholeFile {
  static readonly #known = new WeakMap<LintedFile, WholeFile>();
  readonly #made = new NameSet();
  readonly #dropped = new NameSet();
  readonly #deletedFrom = new NameSet();
  readonly #emptied = new NameSet();
  readonly #inserted = new NameSet();
  readonly #attached = new NameSet();
  readonly #detached = new NameSet();
  readonly #withoutIdentity = new NameSet();

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
    return this.#made.has(object, name, on, before);
  }

  /** Also if it drops its table or its schema. */
  drops(object: ObjectKind, name: Named, on: On = null): boolean {
    if (this.#dropped.has(object, name, on)) return true;
    if (on !== null && object !== 'schema' && this.drops('table', on)) return true;
    const { schema } = on ?? name;
    return schema !== null && this.#dropped.has('schema', { schema: null, name: schema }, null);
  }

  /** Whether it deletes rows of the table, or drops it. */
  deletesFrom(table: Named): boolean {
    return this.#deletedFrom.has('table', table, null) || this.drops('table', table);
  }

  /** Whether it deletes all rows of the table, or drops it. */
  empties(table: Named, before = Infinity): boolean {
    if (this.#emptied.has('table', table, null, before)) return true;
    return before === Infinity && this.drops('table', table);
  }

  insertsInto(table: Named): boolean {
    return this.#inserted.has('table', table, null);
  }

  attachesAndDetaches(partition: Named): boolean {
    return (
      this.#attached.has('table', partition, null) && this.#detached.has('table', partition, null)
    );
  }

  /** Whether it turns a column of the table into one that is not an identity. */
  dropsIdentity(table: Named): boolean {
    return this.#withoutIdentity.has('table', table, null);
  }

  #take(statement: Statement): void {
    const { creates } = statement;
    if (creates !== null) this.#made.add(creates.object, creates, creates.on);
    switch (statement.kind) {
      case 'drop':
        for (const name of statement.names) this.#dropped.add(statement.object, name, name.on);
        return;
      case 'rename':
        this.#rename(statement);
        return;
      case 'set-schema':
        this.#dropped.add(statement.object, statement.name, null);
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
        this.#inserted.add('table', statement.table, null);
        return;
      default:
    }
  }

  #takeDelete(table: Name, where: Expr | null): void {
    this.#deletedFrom.add('table', table, null);
    if (where === null) this.#emptied.add('table', table, null);
  }

  #rename({ object, name, part, to, at }: StatementOf<'rename'>): void {
    const on = part === null ? null : name;
    this.#dropped.add(object, part === null ? name : { schema: null, name: part, at }, on);
    this.#made.add(object, { schema: on === null ? name.schema : null, name: to, at }, on);
  }

  #takeAction(table: Name, action: AlterAction): void {
    const part = (name: string): Placed => ({ schema: null, name, at: action.at });
    switch (action.kind) {
      case 'drop-column':
        this.#dropped.add('column', part(action.column), table);
        return;
      case 'drop-constraint':
        this.#dropped.add('constraint', part(action.constraint), table);
        return;
      case 'add-column':
        this.#made.add('column', part(action.column.name), table);
        return;
      case 'add-constraint':
        this.#made.add('constraint', part(action.constraint.name ?? ''), table);
        return;
      case 'attach-partition':
        this.#attached.add('table', action.partition, null);
        return;
      case 'detach-partition':
        this.#detached.add('table', action.partition, null);
        return;
      default:
        if (action.kind === 'other' && action.word === 'DropIdentity')
          this.#withoutIdentity.add('table', table, null);
    }
  }

  #takeDomain({ domain, action, constraint, at }: StatementOf<'alter-domain'>): void {
    const name = { schema: null, name: constraint ?? '', at };
    if (action === 'add constraint') this.#made.add('domain constraint', name, domain);
    if (action === 'drop constraint') this.#dropped.add('domain constraint', name, domain);
  }
}

/** The statements of a file, including those in a WITH, a DO block or a constant EXECUTE. */
export function* everyStatement({ statements }: LintedFile): Generator<Statement> {
  for (const { parsed } of statements) if (parsed !== null) yield* withNested(parsed);
}

function* withNested(statement: Statement): Generator<Statement> {
  yield statement;
  for (const write of statement.writes) yield* withNested(write);
  for (const nested of runBy(statement)) yield* withNested(nested.statement);
}

/** The statements that a DO block or an EXECUTE runs, in order. */
export function runBy({ kind, body }: Statement): readonly NestedStatement[] {
  return kind === 'do' || kind === 'execute' ? (body?.statements ?? []) : [];
}
