import type { Rows } from './client.js';
import { hasHistory } from './greeting.js';
import { assertKnownLayout } from './history-layout.js';
import { identifier, literal } from './quote.js';

/** The only ones wanted, or null for all. */
export type Schemas = readonly string[] | null;

/**
 * Asks for `inPlaceDigest` of what the history has as applied: the server hashes its rows (6 ms for 10,000) and sends one
 * line, where all of them take 60 ms to read.
 *
 * It may be asked before anybody knows whether there is a history, and a statement that names a table that is not there is
 * an error in the server's log. `ts_stat` runs a statement that it is given as a text, and so only where there is one: of
 * all that do so, every server has it, and a standby and any role may call it. It gives the words of a text; ours has one.
 */
export function digestQuestion(historySchema: string, schemas: Schemas): string {
  const statement = statementFor(identifier(historySchema), schemas);
  return `select word from pg_catalog.ts_stat(case when ${hasHistory(historySchema)}
  then ${literal(statement)} else 'select null::pg_catalog.tsvector' end)`;
}

/** The digest in the answer; null when there is no history. Throws `HistoryTooNew`. */
export function digestIn([row]: Rows, historySchema: string): string | null {
  if (row === undefined) return null;
  const [layout, digest = ''] = String(row['word']).split(' ');
  assertKnownLayout(Number(layout), historySchema);
  return digest;
}

function statementFor(pgm: string, schemas: Schemas): string {
  const wanted =
    schemas === null ? '' : `and schema = any (array[${schemas.map(literal).join(', ')}]::text[])`;
  const layout = `(select coalesce(pg_catalog.max(version), 0) from ${pgm}.layout)`;
  const digest =
    hashed(`pg_catalog.string_agg(applied_checksum || '/' || schema || '/' || filename, '/'
    order by schema collate "C", filename collate "C")`);
  return `select pg_catalog.array_to_tsvector(array[${layout} || ' ' || ${digest}])
from ${pgm}.migrations where applied_checksum is not null ${wanted}`;
}

/** sha256 (hex) of a text; null is none. */
function hashed(text: string): string {
  const bytes = `pg_catalog.convert_to(coalesce(${text}, ''), 'UTF8')`;
  return `pg_catalog.encode(pg_catalog.sha256(${bytes}), 'hex')`;
}
