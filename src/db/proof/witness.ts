import { type LockMode, lockModes } from '../../core/proof/database/lock-modes.js';
import type {
  Lock,
  Relations,
  Witness,
  WitnessedRelation,
} from '../../core/proof/database/proof-database.js';
import { rewritesIn, rewritesSeen } from './watch-rewrites.js';
import type { Client } from '../wire/client.js';
import { patiently } from './look.js';

/** See `ProofSession.relations`. */
export async function readRelations(client: Client): Promise<Relations> {
  const [rows] = await client.run(`
select oid::bigint::float8 as oid, relfilenode::bigint::float8 as file from pg_catalog.pg_class
where relkind in ('r', 'p', 'm', 'v', 'f', 'i', 'I') and oid >= 16384`);
  return new Map((rows ?? []).map((row) => [Number(row['oid']), Number(row['file'])]));
}

/**
 * One query. A transaction has locked what it reads or writes, so only these relations are asked about. Counts are those of
 * the backend since it last reported them, which it does not do within a transaction.
 */
export async function readWitness(client: Client, wanted: Wanted): Promise<Witness> {
  const question = `${relationsQuestion(wanted)};${countsQuestion}`;
  const [rows, counts] = (await client.run(patiently(question))).slice(-2);
  const count = counts?.[0];
  const transaction = count?.['transaction'];
  return {
    relations: (rows ?? []).map(relationOf),
    catalogWrites: Number(count?.['writes']),
    catalogDeletes: Number(count?.['deletes']),
    transaction: typeof transaction === 'number' ? transaction : null,
    lockTimeoutMs: Number(count?.['lock_timeout']),
    rewrites: rewritesIn(count?.['rewrites']),
  };
}

/** See `ProofSession.witness`. */
interface Wanted {
  readonly all: boolean;
  readonly upTo: number;
}

export const greatestOid = 4_294_967_295;

const here =
  '(select oid from pg_catalog.pg_database where datname = pg_catalog.current_database())';

/** `t`: the table of an index, and else the relation itself; using a table locks all its indexes too. */
const tableOfIndex = `left join pg_catalog.pg_index x on x.indexrelid = c.oid
join pg_catalog.pg_class t on t.oid = coalesce(x.indrelid, c.oid)
join pg_catalog.pg_namespace n on n.oid = t.relnamespace`;

const name = "pg_catalog.quote_ident(n.nspname) || '.' || pg_catalog.quote_ident(t.relname)";

const isOfUsers = `l.locktype = 'relation' and l.database = ${here} and l.relation >= 16384`;

const relationsQuestion = ({ all, upTo }: Wanted): string => `
select c.oid::bigint::float8 as oid, ${name} as name, c.relkind::text as kind, coalesce(pg_catalog.string_agg(l.mode, ' '), '') as modes,
  c.relfilenode::bigint::float8 as file, pg_catalog.pg_stat_get_xact_tuples_returned(c.oid)::float8 as rows_read,
  (pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) + pg_catalog.pg_stat_get_xact_tuples_updated(c.oid)
    + pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid))::float8 as rows_written
from (select * from pg_catalog.pg_locks l where l.pid = pg_catalog.pg_backend_pid() and ${isOfUsers} and l.relation <= ${upTo} and l.granted) l
${all ? 'right ' : ''}join pg_catalog.pg_class c on c.oid = l.relation
${tableOfIndex}
where c.oid between 16384 and ${upTo} and c.relkind in ('r', 'p', 'f', 'v', 'm', 'i', 'I')
  and n.nspname !~ '^pg_(toast|temp_|toast_temp_)'${all ? countsSomething : ''}
group by c.oid, n.nspname, t.relname, c.relkind, c.relfilenode`;

/** The rest has no counts yet, and may be left out. */
const countsSomething = `
  and (l.relation is not null or pg_catalog.pg_stat_get_xact_tuples_returned(c.oid) > 0 or pg_catalog.pg_stat_get_xact_tuples_inserted(c.oid) > 0
    or pg_catalog.pg_stat_get_xact_tuples_updated(c.oid) > 0 or pg_catalog.pg_stat_get_xact_tuples_deleted(c.oid) > 0)`;

/** Rows about dependencies and statistics come and go with rows of objects that stay. */
const countsQuestion = `
select pg_catalog.sum(pg_catalog.pg_stat_get_xact_tuples_inserted(oid) + pg_catalog.pg_stat_get_xact_tuples_updated(oid)
  + pg_catalog.pg_stat_get_xact_tuples_deleted(oid))::float8 as writes,
  pg_catalog.sum(pg_catalog.pg_stat_get_xact_tuples_deleted(oid)) filter (where relname !~ 'depend|statistic_ext_data|pg_statistic$')::float8 as deletes,
  (pg_catalog.pg_current_xact_id_if_assigned()::text::bigint % 4294967296)::float8 as transaction,
  (pg_catalog.date_part('epoch', pg_catalog.current_setting('lock_timeout')::interval) * 1000)::float8 as lock_timeout, ${rewritesSeen} as rewrites
from pg_catalog.pg_class where relnamespace = 'pg_catalog'::pg_catalog.regnamespace and relkind = 'r'`;

/** The value set by the session itself, or `otherwise`. */
export async function readLockTimeout(client: Client, otherwise: number): Promise<number> {
  const [rows] = await client.run(`
select setting::float8 as ms from pg_catalog.pg_settings where name = 'lock_timeout' and source = 'session'`);
  return Number(rows?.[0]?.['ms'] ?? otherwise);
}

/** The locks that another backend has or waits for at this moment. */
export async function readLocks(client: Client, pid: number): Promise<readonly Lock[]> {
  const [rows] = await client.run(`
select c.oid::bigint::float8 as oid, ${name} as name, x.indexrelid is null as is_table, l.mode
from pg_catalog.pg_locks l join pg_catalog.pg_class c on c.oid = l.relation
${tableOfIndex}
where l.pid = ${pid} and ${isOfUsers} and t.relkind in ('r', 'p', 'm')`);
  return (rows ?? []).map((row) => ({
    oid: Number(row['oid']),
    name: String(row['name']),
    isTable: row['is_table'] === true,
    mode: modeOf(String(row['mode'])),
  }));
}

function relationOf(row: Readonly<Record<string, unknown>>): WitnessedRelation {
  return {
    oid: Number(row['oid']),
    name: String(row['name']),
    kind: kinds[String(row['kind'])] ?? 'other',
    modes: String(row['modes']).split(' ').filter(Boolean).map(modeOf),
    file: Number(row['file']),
    rowsRead: Number(row['rows_read']),
    rowsWritten: Number(row['rows_written']),
  };
}

const kinds: Readonly<Record<string, WitnessedRelation['kind']>> = {
  r: 'table',
  p: 'table',
  f: 'table',
  v: 'view',
  m: 'materialized view',
  i: 'index',
  I: 'index',
};

/** `AccessExclusiveLock` as the manual writes it. */
function modeOf(mode: string): LockMode {
  const words = mode.replace(/Lock$/, '').replace(/(?!^)([A-Z])/g, ' $1');
  return lockModes.find((each) => each === words.toUpperCase()) ?? 'ACCESS EXCLUSIVE';
}
