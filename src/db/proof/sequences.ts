import type { Client } from '../wire/client.js';
import type { Rows } from '../wire/driver.js';

/** Where a sequence stands. */
interface Stand {
  /** Its name, quoted. */
  readonly name: string;
  /** As text: it may exceed what a number holds. Null: no number was drawn yet. */
  readonly last: string | null;
}

/**
 * Where the sequences of a database stand. Rolling back does not undo nextval(), so a file that is tried, and undone, would
 * leave other numbers to itself and to later files than a run does.
 */
export class Sequences {
  #marked: ReadonlyMap<string, Stand> = new Map();
  /** The first number of those that gave none yet, which is asked for only once. */
  readonly #first = new Map<string, string>();
  /** By the words of the file that runs now. */
  #mayBeSet = false;

  /** To be called for each file. */
  take(sql: string): void {
    this.#mayBeSet = /setval|restart/i.test(sql);
  }

  /** To be called for each part of it. */
  run(): void {
    if (this.#mayBeSet) this.#first.clear();
  }

  async mark(client: Client): Promise<void> {
    this.#marked = await read(client);
    const unknown = [...this.#marked].filter(
      ([oid, { last }]) => last === null && !this.#first.has(oid),
    );
    if (unknown.length === 0) return;
    const rows = await client.run(unknown.map(([, { name }]) => firstOf(name)).join('; '));
    for (const [at, [oid]] of unknown.entries()) {
      this.#first.set(oid, String(rows[at]?.[0]?.['first']));
    }
  }

  /** Sets those that have moved since the mark back to where they were. */
  async restore(client: Client): Promise<void> {
    if (this.#marked.size === 0) return;
    const now = await read(client);
    const calls = [...this.#marked].flatMap(([oid, { last }]) => {
      const moved = now.get(oid);
      if (moved === undefined || moved.last === last) return [];
      const value = last ?? this.#first.get(oid) ?? '1';
      return [`pg_catalog.setval(${oid}, ${value}, ${String(last !== null)})`];
    });
    if (calls.length > 0) await client.run(`select ${calls.join(', ')}; discard sequences`);
  }
}

async function read(client: Client): Promise<ReadonlyMap<string, Stand>> {
  const [rows] = await client.run(question);
  return new Map((rows ?? []).map((row) => [String(row['oid']), standOf(row)]));
}

function standOf({ name, last }: Rows[number]): Stand {
  return { name: String(name), last: typeof last === 'string' ? last : null };
}

/** Those that this role may set: of others it draws no numbers that it could give back. */
const question = `
select c.oid::text as oid, pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(c.relname) as name,
  pg_catalog.pg_sequence_last_value(c.oid)::text as last
from pg_catalog.pg_sequence s join pg_catalog.pg_class c on c.oid = s.seqrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.relpersistence <> 't' and pg_catalog.has_schema_privilege(n.oid, 'usage')
  and pg_catalog.has_table_privilege(c.oid, 'select') and pg_catalog.has_table_privilege(c.oid, 'update')`;

function firstOf(name: string): string {
  return `select last_value::text as first from ${name}`;
}
