import type { Index, Relation } from '../known/known.js';

type Draft = { -readonly [K in keyof Index]: Index[K] };

/** The indexes that files created and none dropped, by name and by table. */
export class Indexes {
  readonly #byName = new Map<string, Draft>();
  readonly #byTable = new Map<string, Draft[]>();

  find(key: string): Index | null {
    return this.#byName.get(key) ?? null;
  }

  /** `table`: with its schema. */
  of(table: string): readonly Index[] {
    return this.#byTable.get(table) ?? [];
  }

  /** Does nothing if there is one of that name. */
  add(index: Index): void {
    const draft = { ...index, name: index.name ?? this.#nameFor(index) };
    if (this.#byName.has(keyOf(draft))) return;
    if (draft.name !== null) this.#byName.set(keyOf(draft), draft);
    this.#byTable.set(draft.table, [...this.of(draft.table), draft]);
  }

  /** The name that the server gives it: `orders_state_idx`, with a number if there is one; null if that is hard to say. */
  #nameFor({ schema, table, columns }: Index): string | null {
    if (columns.includes(null)) return null;
    const name = [table.slice(schema.length + 1), ...columns, 'idx'].join('_');
    if (name.length > 63) return null;
    let free = name;
    for (let n = 1; this.#byName.has(`${schema}.${free}`); n += 1) free = `${name}${n}`;
    return free;
  }

  drop(key: string): void {
    const index = this.#byName.get(key);
    if (index !== undefined) this.#keep(index.table, (each) => each !== index);
  }

  dropTable(table: string): void {
    this.#keep(table, () => false);
  }

  dropColumn(table: string, column: string): void {
    this.#keep(table, ({ columns }) => !columns.includes(column));
  }

  rename(key: string, name: string): void {
    const index = this.#byName.get(key);
    if (index === undefined) return;
    this.#byName.delete(key);
    index.name = name;
    this.#byName.set(keyOf(index), index);
  }

  renameColumn(table: string, from: string, to: string): void {
    for (const index of this.#byTable.get(table) ?? [])
      index.columns = index.columns.map((each) => (each === from ? to : each));
  }

  /** The table gets another name or schema, and its indexes move with it. */
  moveTable(from: string, { schema, name }: Pick<Relation, 'schema' | 'name'>): void {
    const indexes = this.#byTable.get(from) ?? [];
    this.dropTable(from);
    for (const index of indexes) {
      index.schema = schema;
      index.table = `${schema}.${name}`;
      this.add(index);
    }
  }

  #keep(table: string, isKept: (index: Index) => boolean): void {
    const indexes = this.#byTable.get(table) ?? [];
    for (const index of indexes) if (!isKept(index)) this.#byName.delete(keyOf(index));
    this.#byTable.set(table, indexes.filter(isKept));
  }
}

/** For one without a name: a key that no name has. */
function keyOf({ schema, name }: Index): string {
  return name === null ? '' : `${schema}.${name}`;
}
