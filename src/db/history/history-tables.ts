import type { AskedAhead } from '../../core/ports.js';
import type { Intents } from '../../core/run/intents.js';
import type { Client } from '../wire/client.js';
import type { Rows } from '../wire/driver.js';
import { serverErrorOf } from '../wire/errors.js';
import { identifier, literal } from '../wire/quote.js';
import { historyLayout, historyTables } from '../../core/run/history.js';
import { assertWhole, isAboutTables, notOurs, tooNew } from './found-layout.js';
import { newestIn, newestIntent } from './history-row.js';

/** The tables of a history, which may not exist yet; what a session already knows about them is not asked again. */
export class HistoryTables {
  /** Null: not known. Tables that were found once are assumed to still exist. */
  #found: boolean | null;
  #digestAhead: Rows | null;
  /** Whether the table for intents existed at the server's last answer; false while unknown. */
  #hasIntents: boolean;
  #intents: Intents | null = null;
  /** Whether the session has the statements that the claim and the record of a file execute. */
  isPrepared = false;

  /**
   * `ahead`: what was passed to `aheadQuestion`. `limit`: the start of a question about the tables' content, so that it does
   * not wait for long.
   */
  constructor(
    readonly client: Client,
    readonly schema: string,
    readonly ahead: AskedAhead | undefined,
    readonly limit = '',
  ) {
    const [answer, digest] = client.aheadRows;
    // This holds behind a pooler too: the history belongs to the database, not to the backend.
    this.#found = answer === undefined ? null : answer[0]?.['has_history'] === true;
    this.#hasIntents = answer?.[0]?.['has_intents'] === true;
    // Not valid for a history created later, and only for the first use.
    this.#digestAhead = this.#found === true && ahead !== undefined ? (digest ?? null) : null;
  }

  /** False if none were found at the last check. */
  get areKnown(): boolean {
    return this.#found === true;
  }

  /** Returns the result of `ask`; null if the tables do not exist. Throws `Refused` if they are not ours. */
  async ifThere<T>(ask: () => Promise<T>): Promise<T | null> {
    if (!(await this.#isThere())) return null;
    try {
      return await ask();
    } catch (error) {
      if (!isAboutTables(error)) throw error;
      // Dropped since we found them.
      this.#found = null;
      this.#hasIntents = false;
      return (await this.#isThere()) ? this.#askOurs(ask) : null;
    }
  }

  async #askOurs<T>(ask: () => Promise<T>): Promise<T> {
    try {
      return await ask();
    } catch (error) {
      throw isAboutTables(error) ? notOurs(this.schema, serverErrorOf(error)?.message) : error;
    }
  }

  /** See `digestQuestion`; null when the tables do not exist. Throws `HistoryTooNew`. */
  async digest(schemas: Schemas): Promise<string | null> {
    const rows = this.ahead?.schemas === schemas ? this.#digestAhead : null;
    this.#digestAhead = null;
    const answer = rows ?? (await this.#askDigest(schemas));
    const { digest, intents } = digestIn(answer, this.schema, schemas);
    this.heard(intents);
    return digest;
  }

  /** From the last answer; null if there is no table for them. */
  get intents(): Intents | null {
    return this.#intents;
  }

  get hasIntents(): boolean {
    return this.#hasIntents;
  }

  heard(intents: Intents | null): void {
    this.#intents = intents;
    this.#hasIntents = intents !== null;
  }

  /** Throws `Refused` if a table is gone, or a column that each file writes. */
  assertWhole(): Promise<void> {
    return assertWhole(this.client, this.schema);
  }

  /** Called when they were created or upgraded, at `now` by the server's clock. */
  made(now: number): void {
    this.#found = true;
    this.heard({ now, known: [], inFull: [] });
  }

  async #askDigest(schemas: Schemas): Promise<Rows> {
    const [rows = []] = await this.client.run(digestQuestion(this.schema, schemas));
    return rows;
  }

  async #isThere(): Promise<boolean> {
    const question = `select ${hasHistory(this.schema)} as found`;
    const found = this.#found ?? (await this.client.run(question))[0]?.[0]?.['found'] === true;
    // A "no" holds only for the moment.
    this.#found = found ? true : null;
    if (!found) this.heard(null);
    return found;
  }
}

/**
 * An expression that is true when a table of a history exists, or something else of that name: reading it shows which.
 * Asking the catalog leaves no error in the server's log. It reads the catalog's tables rather than `to_regclass`, which
 * answers from a session cache that is not refreshed inside a transaction: a session that waited for another to create the
 * table, even for its lock, would still be told that there is none.
 */
function hasHistory(historySchema: string): string {
  return hasTable(historySchema, historyTables);
}

function hasTable(historySchema: string, names: readonly string[]): string {
  return `exists (select from pg_catalog.pg_class where relname in (${names.map(literal).join(', ')}) and relnamespace =
    (select oid from pg_catalog.pg_namespace where nspname = ${literal(historySchema)}))`;
}

/** What a session asks with its greeting: whether there is a history, and its digest if wanted. */
export function aheadQuestion(historySchema: string, asked: AskedAhead | undefined): string {
  const found = `select ${hasHistory(historySchema)} as has_history, ${hasTable(historySchema, ['intents'])} as has_intents`;
  return asked === undefined ? found : `${found};\n${digestQuestion(historySchema, asked.schemas)}`;
}

/** The only ones wanted, or null for all. */
type Schemas = readonly string[] | null;

/**
 * Asks for the `inPlaceDigest` of what the history has as applied: the server hashes its rows (6 ms for 10,000) and sends one
 * line, while reading them all takes 60 ms.
 *
 * It may be asked before we know whether there is a history, and a statement that names a missing table is an error in the
 * server's log. `ts_stat` runs a statement passed to it as text, and so only if there is one: of all functions that do so, it
 * is the one that every server has and that any role may call, on a standby too. It returns the words of a text; ours has
 * one, with the newest intent for these schemas if the history has a table for intents.
 */
export function digestQuestion(historySchema: string, schemas: Schemas): string {
  const pgm = identifier(historySchema);
  return `select word from pg_catalog.ts_stat(case
  when ${hasTable(historySchema, ['intents'])} then ${literal(statementFor(pgm, schemas, newestIntent(pgm, schemas)))}
  when ${hasTable(historySchema, ['layout'])} then ${literal(statementFor(pgm, schemas, "''"))}
  else 'select null::pg_catalog.tsvector' end)`;
}

/** What the answer says; nulls if there is no history. Throws `HistoryTooNew`. */
export function digestIn(
  [row]: Rows,
  historySchema: string,
  schemas: Schemas,
): { readonly digest: string | null; readonly intents: Intents | null } {
  if (row === undefined) return { digest: null, intents: null };
  const [layout, digest = '', ...newest] = String(row['word']).split(' ');
  if (Number(layout) > historyLayout) throw tooNew(Number(layout), historySchema);
  return { digest, intents: newestIn(newest, schemas) };
}

/** `more`: an expression for the end of the word. */
function statementFor(pgm: string, schemas: Schemas, more: string): string {
  const wanted =
    schemas === null ? '' : `and schema = any (array[${schemas.map(literal).join(', ')}]::text[])`;
  const layout = `(select coalesce(pg_catalog.max(version), 0) from ${pgm}.layout)`;
  const digest =
    hashed(`pg_catalog.string_agg(applied_checksum || '/' || schema || '/' || filename, '/'
    order by schema collate "C", filename collate "C")`);
  return `select pg_catalog.array_to_tsvector(array[${layout} || ' ' || ${digest} || ' ' || ${more}])
from ${pgm}.migrations where applied_checksum is not null ${wanted}`;
}

/** sha256 (hex) of a text; null means none. */
function hashed(text: string): string {
  const bytes = `pg_catalog.convert_to(coalesce(${text}, ''), 'UTF8')`;
  return `pg_catalog.encode(pg_catalog.sha256(${bytes}), 'hex')`;
}
