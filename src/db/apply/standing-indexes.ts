import type { CreatedIndex, IndexShape } from '../../core/statements/sql-reading.js';
import type { Client } from '../wire/client.js';
import { serverErrorOf } from '../wire/errors.js';
import { identifier, literal } from '../wire/quote.js';

/** What the catalog says about the index that a CREATE INDEX CONCURRENTLY is to build. */
export interface StandingIndexes {
  /** It exists and is valid. */
  readonly isBuilt: boolean;
  /**
   * The INVALID ones, as names that can be sent: what a CREATE INDEX CONCURRENTLY leaves behind when it fails or dies, or has
   * not finished yet. Each slows down every write and answers no query, and IF NOT EXISTS accepts it.
   */
  readonly invalid: readonly string[];
}

/**
 * Reads the table as the statement's own session resolves it. An index without a name is recognised by the kind of name
 * the server generates and by its columns. Indexes of partitioned tables, which wait for their partitions, are not
 * leftovers.
 */
export async function standingIndexes(
  client: Client,
  index: CreatedIndex,
): Promise<StandingIndexes> {
  const [rows] = await client.run(question(index));
  return standingIn((rows ?? []) as unknown as readonly Found[]);
}

/**
 * The same once no build is running on the table: a build holds the table's lock from start to end, so whatever is INVALID
 * while we hold the lock was left by a process that died. LOCK takes no snapshot, so no build waits for us in turn. Returns
 * the server's error if the lock cannot be taken in time.
 */
export async function settledIndexes(
  client: Client,
  index: CreatedIndex,
  lockTimeoutMs: number,
): Promise<StandingIndexes> {
  const message = `begin; set local lock_timeout = ${lockTimeoutMs};
lock table ${nameOf(index)} in share update exclusive mode;
${question(index)}; commit`;
  try {
    const rows = (await client.run(message, null)).find((each) => each.length > 0);
    return standingIn((rows ?? []) as unknown as readonly Found[]);
  } catch (error) {
    // The session may be kept for another try.
    if (serverErrorOf(error) !== null) await client.run('rollback');
    throw error;
  }
}

export async function dropInvalid(client: Client, names: readonly string[]): Promise<void> {
  for (const name of names) await client.run(`drop index concurrently if exists ${name}`, null);
}

interface Found {
  readonly name: string;
  readonly is_valid: boolean;
  readonly is_same: boolean;
}

function standingIn(rows: readonly Found[]): StandingIndexes {
  return {
    isBuilt: rows.some((row) => row.is_valid && row.is_same),
    invalid: rows.filter((row) => !row.is_valid).map(({ name }) => name),
  };
}

function question(index: CreatedIndex): string {
  const { name, shape } = index;
  const [found, same] = name === null ? byShape(shape) : [`c.relname = ${literal(name)}`, 'true'];
  return `
select pg_catalog.format('%I.%I', n.nspname, c.relname) as name, i.indisvalid as is_valid, ${same} as is_same
from pg_catalog.pg_index i
join pg_catalog.pg_class c on c.oid = i.indexrelid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
join pg_catalog.pg_am m on m.oid = c.relam
where i.indrelid = pg_catalog.to_regclass(${literal(nameOf(index))})
  and c.relkind = 'i' and not c.relispartition and ${found}`;
}

/** Uniqueness and the like may have been fixed since the leftover was created, so they do not decide whether it is one. */
function byShape(shape: IndexShape | null): readonly [found: string, same: string] {
  if (shape === null) return ['false', 'false'];
  const { columns, method, unique, partial } = shape;
  const wanted = `array[${columns.map(literal).join(', ')}]::text[]`;
  return [
    `c.relname ~ '_idx[0-9]*$' and ${keyColumns} = ${wanted}`,
    `(i.indisunique = ${String(unique)} and (i.indpred is not null) = ${String(partial)}
  and m.amname = ${literal(method)})`,
  ];
}

/** The names of the key columns, null for an expression; two such lists are equal when their nulls are in the same places. */
const keyColumns = `array(select a.attname::text
  from pg_catalog.unnest(i.indkey::int2[]) with ordinality as k (attnum, at)
  left join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum and k.attnum <> 0
  where k.at <= i.indnkeyatts order by k.at)`;

function nameOf({ schema, table }: CreatedIndex): string {
  return schema === null ? identifier(table) : `${identifier(schema)}.${identifier(table)}`;
}
