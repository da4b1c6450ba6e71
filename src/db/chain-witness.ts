import { identifier, literal } from './quote.js';
import { touchedMark } from './history-witness.js';

/** How the history looked when the first file of a chain had its row, and where to look again. */
export interface HistoryMark {
  readonly namespace: string;
  /** Oids of all its relations, indexes left out. */
  readonly relations: string;
  /** Of the tables that pgm writes. */
  readonly tables: readonly { readonly oid: string; readonly written: number }[];
  /** The relations, and how many there are. */
  readonly marks: string;
}

/** Rows that pgm itself writes a file: the claim and the record of the migration, and one more try. */
const writtenPerFile = [2, 1, 0] as const;
const tableNames = ['migrations', 'attempts', 'layout'] as const;

/**
 * Rows written by this backend since it last told the statistics, which it does when it is idle outside a transaction:
 * never in a chain. So the number grows by what we write ourselves, and by what a file writes.
 */
function written(oid: string): string {
  const counts = ['inserted', 'updated', 'deleted'].map(
    (how) => `pg_catalog.pg_stat_get_xact_tuples_${how}(${oid})`,
  );
  return counts.join(' + ');
}

/** What ALTER, DROP and TRUNCATE change. CREATE INDEX and GRANT do too: the file is looked at more closely then. */
function marks(relations: string, namespace: string): string {
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
  const pgm = identifier(historySchema);
  const oids = tableNames.map((name) => `${literal(`${pgm}.${name}`)}::pg_catalog.regclass::oid`);
  const columns = oids.flatMap((oid, at) => [
    `${oid}::text as table_${at}`,
    `(${written(oid)})::float8 as written_${at}`,
  ]);
  return `select n.oid::text as namespace,
  (select pg_catalog.string_agg(c.oid::text, ', ' order by c.oid) from pg_catalog.pg_class c
    where c.relnamespace = n.oid and c.relkind <> 'i') as relations,
  ${columns.join(', ')},
  ${marks("c.relnamespace = n.oid and c.relkind <> 'i'", 'n.oid')} as marks
from pg_catalog.pg_namespace n where n.nspname = ${literal(historySchema)}`;
}

export function markOf(row: Readonly<Record<string, unknown>>): HistoryMark {
  return {
    namespace: String(row['namespace']),
    relations: String(row['relations']),
    tables: tableNames.map((_, at) => ({
      oid: String(row[`table_${at}`]),
      written: Number(row[`written_${at}`]),
    })),
    marks: String(row['marks']),
  };
}

/** What a chain has prepared for itself; see chain-messages.ts. */
const ownStatements = 3;

/** How the history must look before file `nth` (from 0) of the chain is recorded, if no file touched it. */
export function wantedLook({ tables, marks }: HistoryMark, nth: number): string {
  const expected = tables.map((table, at) => table.written + nth * (writtenPerFile[at] ?? 0));
  return ['t', ...expected, ownStatements, marks].join(' ');
}

/**
 * A statement that fails unless the history looks as `wanted`, and nothing is prepared but what the chain itself has.
 * `isOurs`: whether the migration's row is that of this transaction. All are expressions.
 */
export function assertion(
  { namespace, relations, tables }: HistoryMark,
  { isOurs, wanted }: { readonly isOurs: string; readonly wanted: string },
): string {
  const counts = tables.map(({ oid }) => written(oid)).join(', ');
  return `select case when seen <> ${wanted} then (${literal(touchedMark)} || seen)::integer end as touched
from (select pg_catalog.concat_ws(' ', ${isOurs}, ${counts},
  (select pg_catalog.count(*) from pg_catalog.pg_prepared_statement()),
  ${marks(`c.oid in (${relations})`, namespace)}) as seen) as history`;
}
