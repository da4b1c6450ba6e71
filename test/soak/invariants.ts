import type postgres from 'postgres';
import { expect } from 'vitest';
import { connect, type TestServer } from '../support/server.js';
import { database, runner } from './scene.js';
import { canary, checksumOfEffect, isWithoutRows, type Story } from './story.js';

type Row = Readonly<Record<string, unknown>>;

/** One try that worked, with the effects of its transaction, or effects that no try accounts for. */
interface Pair {
  readonly key: string | null;
  readonly checksum: string | null;
  readonly effectKey: string | null;
  readonly version: number | null;
  /** `1,2` when the file ran once, and to its end. */
  readonly parts: string | null;
}

interface Attempt {
  readonly key: string;
  readonly checksum: string;
  readonly outcome: string;
  readonly run: string;
}

/**
 * I1 to I3 and I5 as far as the database tells, which holds at any instant, whatever goes on. A file that was edited, and
 * put back, is applied again each time; what must never be is that a content is applied twice with no other between.
 */
export async function expectWholeSoFar(server: TestServer, story: Story): Promise<number> {
  const seen = await look(server);
  if (seen === null) return 0;
  const { pairs, attempts, history } = seen;
  // I1 and I2: the rows a transaction added are those of one file, once, whole, and of the try it recorded.
  expect(pairs.filter((pair) => !isAccounted(pair))).toEqual([]);
  const applied = attempts.filter(({ outcome }) => outcome === 'applied');
  expect(repeated(applied)).toEqual([]);
  // No content that the kubelet never showed.
  expect(attempts.filter(({ key, checksum }) => !story.hasPublished(key, checksum))).toEqual([]);
  expect(outOfOrder(attempts)).toEqual([]);
  expect(history).not.toContain(canary);
  return applied.length;
}

/** The database has what is mounted, each file by its last content, and every index is one that works. */
export async function expectMounted(server: TestServer, { files }: Story): Promise<void> {
  const sql = connect(database, server);
  try {
    const rows = await sql`
      select schema || '/' || filename as key, applied_checksum as checksum, checksum as tried, state,
        (select a.checksum from pgm.attempts a where a.outcome = 'applied'
          and (a.schema, a.filename) = (m.schema, m.filename) order by id desc limit 1) as last
      from pgm.migrations m`;
    const there = rows.filter(({ key }) => files.has(String(key)));
    expect(new Map(there.map(({ key, checksum }) => [key, checksum]))).toEqual(files);
    expect(there.filter(({ checksum, last }) => checksum !== last)).toEqual([]);
    // A file that was broken and then put back needs no further try: its row tells of the one that failed.
    const isPutBack = ({ checksum, tried }: Row): boolean => tried !== checksum;
    const failed = there.filter((row) => row['state'] !== 'applied');
    expect(failed.filter((row) => !isPutBack(row))).toEqual([]);
    expect(await sql`select indexrelid::regclass from pg_index where not indisvalid`).toEqual([]);
  } finally {
    await sql.end({ timeout: 0 });
  }
}

/** I8: settles when pgm's role has no session on the server, and so no lock and no transaction. */
export async function expectNoSession(server: TestServer): Promise<void> {
  const sql = connect('postgres', server);
  try {
    await expect
      .poll(() => sql`select pid, state, query from pg_stat_activity where usename = ${runner}`)
      .toEqual([]);
    expect(await sql`select * from pg_locks where locktype = 'advisory'`).toEqual([]);
  } finally {
    await sql.end({ timeout: 0 });
  }
}

interface Seen {
  readonly pairs: readonly Pair[];
  readonly attempts: readonly Attempt[];
  /** All of the history, as text. */
  readonly history: string;
}

/** All of one instant; null when there is no database yet, or nothing in it. */
async function look(server: TestServer): Promise<Seen | null> {
  const sql = connect('postgres', server);
  const [found] = await sql`select 1 from pg_database where datname = ${database}`;
  await sql.end({ timeout: 0 });
  if (found === undefined) return null;
  const own = connect(database, server);
  try {
    return await own.begin('isolation level repeatable read', read);
  } finally {
    await own.end({ timeout: 0 });
  }
}

async function read(sql: postgres.TransactionSql): Promise<Seen | null> {
  const [there] = await sql`
    select to_regclass('effects') is not null and to_regclass('pgm.attempts') is not null as all`;
  if (there?.['all'] !== true) return null;
  return {
    pairs: await pairsOf(sql),
    attempts: await sql<Attempt[]>`
      select schema || '/' || filename as key, checksum, outcome, revision || ' ' || applied_by as run
      from pgm.attempts order by id`,
    history: JSON.stringify([
      await sql`select * from pgm.attempts`,
      await sql`select * from pgm.migrations`,
    ]),
  };
}

/** An effect and its try are of one transaction, and the server says of which. */
async function pairsOf(sql: postgres.TransactionSql): Promise<Pair[]> {
  return sql<Pair[]>`
    select a.schema || '/' || a.filename as key, a.checksum, e.key as "effectKey", e.version, e.parts
    from (select *, xmin::text::bigint as low from pgm.attempts where outcome = 'applied') a
    full join (
      select tx::text::bigint % 4294967296 as low, key, version, string_agg(part::text, ',' order by part) as parts
      from effects group by 1, 2, 3
    ) e on e.low = a.low`;
}

function isAccounted({ key, checksum, effectKey, version, parts }: Pair): boolean {
  if (key === null) return false;
  if (isWithoutRows(key)) return effectKey === null;
  const isWhole = effectKey === key && version !== null && parts === '1,2';
  return isWhole && checksumOfEffect(key, version) === checksum;
}

/** Tries that worked right after one of the same content. */
function repeated(applied: readonly Attempt[]): readonly Attempt[] {
  const last = new Map<string, string>();
  return applied.filter(({ key, checksum }) => {
    const isAgain = last.get(key) === checksum;
    last.set(key, checksum);
    return isAgain;
  });
}

/** First tries of a run that came after one of a later file of the same schema. */
function outOfOrder(attempts: readonly Attempt[]): readonly Attempt[] {
  let run = '';
  const tried = new Set<string>();
  const latest = new Map<string, string>();
  return attempts.filter((attempt) => {
    const { key } = attempt;
    if (attempt.run !== run) {
      run = attempt.run;
      tried.clear();
      latest.clear();
    }
    const schema = key.slice(0, key.indexOf('/'));
    const isLate = !tried.has(key) && key < (latest.get(schema) ?? '');
    if (!tried.has(key)) latest.set(schema, key);
    tried.add(key);
    return isLate;
  });
}
