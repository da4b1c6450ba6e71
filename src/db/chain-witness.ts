import { identifier, literal } from './quote.js';

/** The relations of a history as they were when a chain began. */
export interface HistoryMark {
  readonly namespace: string;
  /** All of them, indexes left out. */
  readonly relations: readonly RelationMark[];
  /** Relations of all kinds in its schema. */
  readonly count: number;
  /** Rows of the history that this backend had written. */
  readonly written: number;
}

interface RelationMark {
  readonly oid: string;
  readonly look: string;
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

/** An expression: what ALTER, DROP and TRUNCATE change. CREATE INDEX and GRANT do too: the file is looked at more closely then. */
const look = "pg_catalog.concat_ws(' ', c.oid, c.relname, c.xmin, c.relfilenode)";

/** An expression: how many relations there are in a schema. */
function countIn(namespace: string): string {
  return `(select pg_catalog.count(*) from pg_catalog.pg_depend d
    where d.refclassid = ${catalogOid('pg_namespace')} and d.refobjid = ${namespace} and d.classid = ${catalogOid('pg_class')})`;
}

function catalogOid(name: string): string {
  return `'pg_catalog.${name}'::pg_catalog.regclass`;
}

/** Asks for a `HistoryMark` as one row. */
export function markQuestion(historySchema: string): string {
  return `select n.oid::text as namespace,
  (select pg_catalog.json_agg(pg_catalog.json_build_object('oid', c.oid::text, 'look', ${look}))::text
    from pg_catalog.pg_class c where c.relnamespace = n.oid and c.relkind <> 'i') as relations,
  ${countIn('n.oid')}::float8 as count, (${historyWritten(historySchema)})::float8 as written
from pg_catalog.pg_namespace n where n.nspname = ${literal(historySchema)}`;
}

export function markOf(row: Readonly<Record<string, unknown>>): HistoryMark {
  return {
    namespace: String(row['namespace']),
    relations: JSON.parse(String(row['relations'])) as readonly RelationMark[],
    count: Number(row['count']),
    written: Number(row['written']),
  };
}

/**
 * An expression that is true as long as the relations look as the mark has them: that many of them, and no more in their
 * schema. Made so that the server aggregates little, which costs it more than to find the rows.
 */
export function looksSame({ namespace, relations, count }: HistoryMark): string {
  const oids = relations.map(({ oid }) => oid).join(', ');
  const looks = relations.map((relation) => literal(relation.look)).join(', ');
  return `exists (select from pg_catalog.pg_class c where c.oid in (${oids}) and ${look} in (${looks})
    offset ${relations.length - 1}) and ${countIn(namespace)} = ${count}`;
}
