import {
  clonePrefix,
  keptMinutes,
  mostKept,
  mostTemplates,
  templatePrefix,
} from '../../core/clones/clones.js';
import { dropDatabase, ifMayBe } from '../backend/create-database.js';
import type { Client } from '../wire/client.js';
import { identifier, literal } from '../wire/quote.js';

/** The first key of the advisory locks of owners, whose number is the second key, and of templates. */
export const ownerSpace = 1_885_826_931;
export const templateSpace = 1_885_826_932;

/** No owner has it. */
const sweepKey = 0;

/** The comment of a kept database ends with the time at which it was kept. */
export const keptComment = 'kept after a test by postgres-manager, at ';

/** Our databases that may be dropped: by whether the owner lives, and when they were kept. */
const leftOver = `
with ours as (select d.oid, d.datname, pg_catalog.shobj_description(d.oid, 'pg_database') as comment
  from pg_catalog.pg_database d where d.datname ~ '^${clonePrefix}[0-9]+_[0-9]+$'),
kept as (select *, pg_catalog.row_number() over (order by oid desc) as place from ours where comment like '${keptComment}%')
select datname as name from ours o where comment is null and not exists (select from pg_catalog.pg_locks l
  where l.locktype = 'advisory' and l.classid = ${ownerSpace}
    and l.objid = pg_catalog.split_part(o.datname, '_', 3)::oid)
union all
select datname from kept where place > ${mostKept}
  or pg_catalog.substr(comment, ${keptComment.length + 1})::timestamptz < pg_catalog.now() - interval '${keptMinutes} minutes'`;

/**
 * Drops what others have left: databases whose owner is gone, and those that were kept long enough. One process at a time
 * does this. An error of the server is no reason to fail: another process may drop them, or nobody may.
 */
export async function sweepClones(client: Client): Promise<void> {
  await alone(client, async () => {
    const [rows] = await client.run(leftOver);
    for (const { name } of rows ?? []) await ifMayBe(() => dropDatabase(client, String(name)));
  });
}

/** Drops all templates but the newest. */
export async function dropOldTemplates(client: Client): Promise<void> {
  const [rows] = await client.run(`
select datname as name from pg_catalog.pg_database where datname like ${literal(`${templatePrefix.replaceAll('_', '\\_')}%`)}
order by oid desc offset ${mostTemplates}`);
  for (const { name } of rows ?? []) {
    const unsealed = `alter database ${identifier(String(name))} with is_template false`;
    const isUnsealed = await ifMayBe(() => client.run(unsealed, null));
    if (isUnsealed) await ifMayBe(() => dropDatabase(client, String(name)));
  }
}

async function alone(client: Client, work: () => Promise<void>): Promise<void> {
  const key = `${ownerSpace}, ${sweepKey}`;
  const [rows] = await client.run(`select pg_catalog.pg_try_advisory_lock(${key}) as held`);
  if (rows?.[0]?.['held'] !== true) return;
  try {
    await work();
  } finally {
    await client.run(`select pg_catalog.pg_advisory_unlock(${key})`);
  }
}
