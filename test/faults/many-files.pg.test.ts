import { describe, expect, test } from 'vitest';
import { Interrupted } from '../../src/core/errors.js';
import type { PgmEvent } from '../../src/core/events.js';
import type { Policy } from '../../src/core/run/plan.js';
import type { Database } from '../../src/core/ports.js';
import { createDatabase } from '../support/database.js';
import { connect, startServer } from '../support/server.js';
import { databasePort, migrateFiles, startFiles } from '../support/run.js';
import { inCi } from '../support/sweep.js';
import { waitsForLock } from '../support/waiting.js';
import { type Files, statesOf, type Trial, useTrials } from './trial.js';

const begin = useTrials();

/** Six files of two schemas; each leaves its number behind, so that a second execution and a wrong order show. */
function sixFiles({ name }: Trial, others: Files = {}): Files {
  const own = [1, 2, 3, 4, 5, 6].map((n) => [keyOf(n), insert(name, n)] as const);
  return { ...Object.fromEntries(own), ...others };
}

function keyOf(n: number): string {
  return `${n <= 4 ? 'a' : 'b'}/00${String(n)}_x.sql`;
}

function insert(schema: string, n: number): string {
  return `insert into ${schema}.effects (n) values (${String(n)});`;
}

async function beginWithTable(): Promise<Trial> {
  const trial = await begin();
  await trial.sql`create table ${trial.sql(trial.name)}.effects (at serial, n int)`;
  return trial;
}

async function effects({ sql, name }: Trial): Promise<readonly number[]> {
  const rows = await sql`select n from ${sql(name)}.effects order by at`;
  return rows.map(({ n }) => Number(n));
}

/** Files that fail, each in another message or for another reason. */
const failures: readonly (readonly [what: string, sql: (schema: string) => string])[] = [
  ['in its last statement', () => 'select 1 / 0;'],
  ['with a syntax error', () => 'selec 1;'],
  [
    'by a deferred constraint',
    (schema) => `create table ${schema}.late (n int unique deferrable initially deferred);
      insert into ${schema}.late values (1), (1);`,
  ],
  [
    'in the COMMIT itself',
    () => `create temp table keys (n int primary key) on commit delete rows;
      create temp table refs (n int references keys);`,
  ],
  ['because it can only read', () => 'set transaction read only;'],
];

/** What is applied when the file number `at` fails. */
const left: Readonly<Record<Policy['onFailure'], (at: number, n: number) => boolean>> = {
  continue: (at, n) => n !== at,
  schema: (at, n) => n < at || (at <= 4 && n > 4),
  stop: (at, n) => n < at,
};

describe('of six files', () => {
  const policies: readonly Policy['onFailure'][] = ['continue', 'schema', 'stop'];
  test.each(
    policies.flatMap((onFailure) => failures.map(([what, sql]) => ({ onFailure, what, sql }))),
  )('one fails $what, at any place, --on-failure $onFailure', async ({ onFailure, sql }) => {
    // In the middle of the first schema, and where the second begins, tell most.
    for (const at of inCi ? [1, 2, 3, 4, 5, 6] : [2, 5]) {
      const trial = await beginWithTable();
      const files = sixFiles(trial, {
        [keyOf(at)]: `${insert(trial.name, at)} ${sql(trial.name)}`,
      });
      const { finished } = startFiles(files, trial.target, { onFailure });
      const { statuses } = await finished;
      const wanted = [1, 2, 3, 4, 5, 6].filter((n) => left[onFailure](at, n));
      expect(await effects(trial), `at ${String(at)}`).toEqual(wanted);
      const applied = statuses.filter(({ state }) => state === 'applied').map(({ key }) => key);
      expect(applied).toEqual(wanted.map(keyOf));
      expect(statuses.filter(({ state }) => state === 'failed').map(({ key }) => key)).toEqual([
        keyOf(at),
      ]);
    }
  });

  test('several fail: each alone is rolled back, and runs once', async () => {
    const trial = await beginWithTable();
    await trial.sql`create sequence ${trial.sql(trial.name)}.tries`;
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, n) => {
        const isBroken = n % 15 === 7;
        const tail = isBroken ? `select nextval('${trial.name}.tries'); select 1 / 0;` : '';
        // After a failure others of its schema may have to wait.
        const schema = isBroken ? `z${String(n)}` : 'a';
        return [
          `${schema}/${String(n).padStart(3, '0')}_x.sql`,
          `${insert(trial.name, n)} ${tail}`,
        ];
      }),
    );
    const { report, events } = await trial.run(files);
    const wanted = Array.from({ length: 300 }, (_, n) => n).filter((n) => n % 15 !== 7);
    expect(await effects(trial)).toEqual(wanted);
    expect(report.statuses.filter(({ state }) => state === 'failed')).toHaveLength(20);
    const [row] = await trial.sql.unsafe(`select last_value::int as n from ${trial.name}.tries`);
    // On a slow machine the run may be broken off and begun anew.
    expect(row).toEqual({ n: events.filter(({ kind }) => kind === 'migration-failed').length });
  });

  test('each has its own notices, between its start and its end', async () => {
    const trial = await beginWithTable();
    const say = (n: number): string => `do $$ begin raise notice 'of ${String(n)}'; end $$;`;
    const files = Object.fromEntries([1, 2, 3, 4, 5, 6].map((n) => [keyOf(n), say(n)]));
    const { events } = await trial.run(files);
    const toldOf = (key: string) =>
      events.flatMap((event) => {
        if (event.kind === 'notice' && event.key === key) return [event.notice.message];
        const isOwn = event.kind === 'migration-started' || event.kind === 'migration-applied';
        return isOwn && event.key === key ? [event.kind] : [];
      });
    for (const n of [1, 2, 3, 4, 5, 6]) {
      const wanted = ['migration-started', `of ${String(n)}`, 'migration-applied'];
      expect(toldOf(keyOf(n))).toEqual(wanted);
    }
    const order = (kind: PgmEvent['kind']) =>
      events.flatMap((event) => (event.kind === kind && 'key' in event ? [event.key] : []));
    for (const kind of ['migration-started', 'notice', 'migration-applied'] as const) {
      expect(order(kind), kind).toEqual([1, 2, 3, 4, 5, 6].map(keyOf));
    }
  });

  test.each([
    ['leaves a statement prepared', 'prepare left_over as select 1;'],
    ['takes away all that is prepared', 'deallocate all;'],
    ['prepares, runs and takes away', 'prepare p as select 1; execute p; deallocate p;'],
    [
      'takes away each that it finds',
      `do $$ declare n text; begin for n in select name from pg_prepared_statements loop
        execute 'deallocate ' || quote_ident(n); end loop; end $$;`,
    ],
  ])('one %s: each is applied and recorded once', async (_, sql) => {
    for (const at of [1, 3, 6]) {
      const trial = await beginWithTable();
      const files = sixFiles(trial, { [keyOf(at)]: `${insert(trial.name, at)} ${sql}` });
      const ran = await trial.run(files);
      expect(statesOf(ran)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `${keyOf(n)} applied`));
      expect(await effects(trial)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(await trial.history()).toEqual([1, 2, 3, 4, 5, 6].map((n) => `${keyOf(n)} applied 1`));
    }
  });

  test('one leaves a statement prepared by a function of which it says nothing: each is applied once', async () => {
    const trial = await beginWithTable();
    await trial.sql.unsafe(`create function ${trial.name}.leave() returns void language plpgsql
      as $do$ begin execute 'prepare left_over as select 1'; end $do$`);
    const leaving = [2, 3].map((n) => {
      return [keyOf(n), `${insert(trial.name, n)} select ${trial.name}.leave();`] as const;
    });
    const ran = await trial.run(sixFiles(trial, Object.fromEntries(leaving)));
    expect(statesOf(ran)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `${keyOf(n)} applied`));
    expect(await effects(trial)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('some are longer than a million characters: each is applied', async () => {
    for (const large of [[1], [3], [6], [2, 3], [1, 2, 3, 4, 5, 6]]) {
      const trial = await beginWithTable();
      const padded = large.map((n) => {
        const padding = `/* ${'x'.repeat(1_200_000)} */`;
        return [keyOf(n), `select ${padding} 1; ${insert(trial.name, n)}`] as const;
      });
      const ran = await trial.run(sixFiles(trial, Object.fromEntries(padded)));
      expect(statesOf(ran)).toEqual([1, 2, 3, 4, 5, 6].map((n) => `${keyOf(n)} applied`));
      expect(await effects(trial)).toEqual([1, 2, 3, 4, 5, 6]);
    }
  });

  test('one requires another behind it, which fails: it is held', async () => {
    const trial = await beginWithTable();
    const files = sixFiles(trial, {
      [keyOf(2)]: `-- pgm:requires ${keyOf(5)}\n${insert(trial.name, 2)}`,
      [keyOf(5)]: 'select 1 / 0;',
    });
    const ran = await trial.run(files);
    expect(await effects(trial)).toEqual([1, 3, 4, 6]);
    expect(statesOf(ran)).toContain(`${keyOf(2)} held`);
    const fixed = await trial.run({ ...files, [keyOf(5)]: insert(trial.name, 5) });
    expect(fixed.report.applied.map(({ key }) => key)).toEqual([keyOf(5), keyOf(2)]);
  });

  test('one is applied by somebody else meanwhile: it is left out, and those behind it run', async () => {
    const trial = await beginWithTable();
    const { target } = trial;
    const [one, two] = [startUnlocked(trial), startUnlocked(trial)];
    await Promise.all([one, two]);
    expect(await effects(trial)).toEqual([1, 2, 3, 4, 5, 6]);
    expect((await migrateFiles(sixFiles(trial), target)).report.applied).toEqual([]);
  });

  test('none is begun once the run is told to stop', async () => {
    const trial = await beginWithTable();
    const stop = new AbortController();
    const { sql, target } = trial;
    const files = sixFiles(trial, { [keyOf(3)]: `select pg_sleep(600); ${insert(trial.name, 3)}` });
    const { events, finished } = startFiles(files, target, { signal: stop.signal });
    const started = (): unknown =>
      events.some((event) => event.kind === 'migration-started' && event.key === keyOf(3));
    await expect.poll(started).toBe(true);
    stop.abort();
    await expect(finished).rejects.toBeInstanceOf(Interrupted);
    expect(await effects(trial)).toEqual([1, 2]);
    expect((await trial.history()).filter((line) => !line.includes('applied'))).toEqual([]);
    await sql`select 1`;
  });

  test('the next one is not sent before the one in front of it is answered', async () => {
    const trial = await beginWithTable();
    const key = 4712;
    await trial.sql`select pg_advisory_lock(${key})`;
    const wait = `select pg_advisory_xact_lock(${String(key)});`;
    await migrateFiles({ 'a/000_x.sql': 'select 1;' }, trial.target);
    const files = { ...sixFiles(trial), [keyOf(1)]: wait, 'a/000_x.sql': 'select 1;' };
    const { finished, events } = startFiles(files, trial.target);
    await waitsForLock(trial.sql);
    const started = events.flatMap((event) =>
      event.kind === 'migration-started' ? [event.key] : [],
    );
    expect(started).toEqual([keyOf(1)]);
    await trial.sql`select pg_advisory_unlock(${key})`;
    await finished;
    expect(await effects(trial)).toEqual([2, 3, 4, 5, 6]);
  });
});

/** A run that nobody keeps out. */
async function startUnlocked(trial: Trial): Promise<void> {
  const database: Database = {
    ...databasePort(trial.target),
    openLock: () =>
      Promise.resolve({
        tryAcquire: () => Promise.resolve(true),
        holder: () => Promise.resolve(null),
        isHeld: () => true,
        release: () => Promise.resolve(),
      }),
  };
  await startFiles(sixFiles(trial), trial.target, { database }).finished;
}

test('the server crashes in the middle of a run: what is lost is lost with its row, and comes again', async () => {
  const server = await startServer({
    settings: { synchronous_commit: 'on', wal_writer_delay: '10s' },
  });
  try {
    const database = await createDatabase(server);
    const target = { database: database.name, server };
    await database.sql`create table effects (at serial, n int)`;
    // After the first, all so far is reported; in the second the server crashes.
    const sleepAfter: Record<number, string> = {
      30: 'select pg_sleep(0.2)',
      200: 'select pg_sleep(2)',
    };
    const files = Object.fromEntries(
      Array.from({ length: 400 }, (_, n) => [
        `a/${String(n).padStart(3, '0')}_x.sql`,
        `insert into effects (n) values (${String(n)}); ${sleepAfter[n] ?? ''}`,
      ]),
    );
    const { events, finished } = startFiles(files, target);
    const applied = (): number => events.filter(({ kind }) => kind === 'migration-applied').length;
    await expect.poll(applied, { interval: 1 }).toBeGreaterThan(20);
    await database.sql.end({ timeout: 0 });
    await server.stop('immediate');
    await server.restart();
    await finished;
    const sql = connect(database.name, server);
    const rows = await sql`select n from effects order by at`;
    expect(rows.map(({ n }) => Number(n))).toEqual(Array.from({ length: 400 }, (_, n) => n));
    const [history] =
      await sql`select count(*)::int as n from pgm.migrations where state = 'applied'`;
    expect(history).toEqual({ n: 400 });
    await sql.end({ timeout: 0 });
  } finally {
    await server.remove();
  }
});
