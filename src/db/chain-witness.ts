import { identifier, literal } from './quote.js';

/** The relations of a history as they were when a chain began. */
export interface HistoryMark {
  readonly namespace: string;
  /** Oids of all of them, indexes left out. */
  readonly relations: string;
  /** What they look like, and how many there are. */
  readonly looks: string;
  /** Rows of the history that this backend had written. */
  readonly written: number;
}

/** Rows that pgm writes for each file: its claim, its conclusion, and its try. */
const writtenPerFile = 3;

/** `historyWritten` when file `nth` (from 0) of a chain is concluded and its try is not written yet. */
export function wantedWritten({ written }: HistoryMark, nth: number): number {
  return written + nth * writtenPerFile + 2;
}

const tableNames = ['migrations', 'attempts', 'layout'];

/**
 * Rows written by this backend since it last told the statistics, which it does when it is idle outside a transaction:
 * never in a chain. So the number grows by what we write ourselves, and by what a file writes, also in what it rolls back.
 */
function written(table: string): string {
  const oid = `${literal(table)}::pg_catalog.regclass`;
  const counts = ['inserted', 'updated', 'deleted'].map(
    (how) => `pg_catalog.pg_stat_get_xact_tuples_${how}(${oid})`,
  );
  return counts.join(' + ');
}

/** An expression: how many rows of the history this backend has written. */
export function historyWritten(historySchema: string): string {
  const pgm = identifier(historySchema);
  return tableNames.map((name) => written(`${pgm}.${name}`)).join(' + ');
}

/** An expression: how often this backend has made, changed or dropped a relation, of the history or any other. */
export const relationsWritten = `(${written('pg_catalog.pg_class')})::integer`;

/** What ALTER, DROP and TRUNCATE change. CREATE INDEX and GRANT do too: the file is looked at more closely then. */
function looks(relations: string, namespace: string): string {
  return `(select pg_catalog.string_agg(pg_catalog.concat_ws(' ', c.oid, c.relname, c.xmin, c.relfilenode), ', ' order by c.oid)
    || ' of ' || (select pg_catalog.count(*) from pg_catalog.pg_depend d
      where d.refclassid = ${catalogOid('pg_namespace')} and d.refobjid = ${namespace} and d.classid = ${catalogOid('pg_class')})
  from pg_catalog.pg_class c where ${relations})`;
}

function catalogOid(name: string): string {
  return `'pg_catalog.${name}'::pg_catalog.regclass`;
}

/** Asks for a `HistoryMark` as one row. */
export function markQuestion(historySchema: string): string {
  const ofHistory = "c.relnamespace = n.oid and c.relkind <> 'i'";
  return `select n.oid::text as namespace,
  (select pg_catalog.string_agg(c.oid::text, ', ' order by c.oid) from pg_catalog.pg_class c where ${ofHistory}) as relations,
  ${looks(ofHistory, 'n.oid')} as looks, (${historyWritten(historySchema)})::float8 as written
from pg_catalog.pg_namespace n where n.nspname = ${literal(historySchema)}`;
}

export function markOf(row: Readonly<Record<string, unknown>>): HistoryMark {
  return {
    namespace: String(row['namespace']),
    relations: String(row['relations']),
    looks: String(row['looks']),
    written: Number(row['written']),
  };
}

/** An expression that is true as long as the relations look as the mark has them. */
export function looksSame({ namespace, relations, looks: wanted }: HistoryMark): string {
  return `${looks(`c.oid in (${relations})`, namespace)} = ${literal(wanted)}`;
}
