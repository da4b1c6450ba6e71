import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DriftDocument } from '../../src/core/drift/drift-report.js';
import { isDrift, isOver, Watching } from '../drift/watching.js';
import { createDatabase, type Database } from '../support/database.js';
import { countingFiles, expectWhole } from '../support/invariants.js';
import { findPgBouncer, type PgBouncer, startPgBouncer } from '../support/pgbouncer.js';
import { pgm } from '../support/pgm.js';
import { databasePort, startFiles } from '../support/run.js';
import { connect, testServer, urlFor } from '../support/server.js';
import { makeTree } from '../support/tree.js';

const program = findPgBouncer();

const trackedByThePooler = [
  'application_name',
  'client_encoding',
  'DateStyle',
  'standard_conforming_strings',
  'TimeZone',
];

if (program === null) {
  test('PgBouncer is installed', ({ skip }) => {
    const reason =
      'there is no pgbouncer here, so nothing is shown about poolers; install it: apt-get install pgbouncer';
    if (process.env['CI'] !== undefined) expect.fail(reason);
    skip(reason);
  });
}

describe.skipIf(program === null)('behind PgBouncer in transaction mode', () => {
  let pooler: PgBouncer;
  let database: Database;
  /** Names of each test's own, in the one database. */
  let own: { readonly table: string; readonly historySchema: string };
  let tests = 0;

  beforeAll(async () => {
    database = await createDatabase();
    pooler = await startPgBouncer(program ?? '');
  });

  afterAll(async () => {
    await pooler.stop();
    await database.drop();
  });

  beforeEach(() => {
    tests += 1;
    own = { table: `effects_${tests}`, historySchema: `pgm_${tests}` };
  });

  /** Four at once; gives how often each file was applied, and what they said of the pooler. */
  async function fourRunners(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
    const target = { ...own, database: database.name, port: pooler.port };
    const runs = [1, 2, 3, 4].map(() => startFiles(files, target));
    const reports = await Promise.all(runs.map(({ finished }) => finished));
    for (const { statuses } of reports) {
      expect(statuses.map(({ state }) => state)).toEqual(statuses.map(() => 'applied'));
    }
    for (const { events } of runs) {
      expect(events).toContainEqual({
        kind: 'pooler-found',
        target: `127.0.0.1:${pooler.port}/${database.name}`,
      });
    }
    return reports.flatMap(({ applied }) => applied.map(({ key }) => key)).sort();
  }

  /** Backends of a pool outlive their clients; what counts is that they hold nothing. */
  async function expectNothingHeld(): Promise<void> {
    const { sql } = database;
    await expect
      .poll(
        () => sql`
          select l.locktype, l.mode, a.state, a.query
          from pg_stat_activity a left join pg_locks l on l.pid = a.pid
          where a.datname = current_database() and a.pid <> pg_backend_pid()
            and (l.locktype is not null or a.state <> 'idle')`,
      )
      .toEqual([]);
  }

  /** Settings of a session that are left in pooled backends, beyond those that the pooler itself makes. */
  async function settingsLeft(): Promise<readonly unknown[]> {
    const backends = await database.sql`
      select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`;
    const visitors = backends.map(() =>
      connect(database.name, { ...testServer(), port: pooler.port }),
    );
    try {
      // As many transactions at once as there are backends: each has one of its own.
      for (const visitor of visitors) await visitor`begin`;
      const left = await Promise.all(
        visitors.map(
          (visitor) => visitor`
            select name, setting from pg_settings
            where source = 'session' and name not in ${visitor(trackedByThePooler)}`,
        ),
      );
      return left.flat();
    } finally {
      await Promise.all(visitors.map((visitor) => visitor.end({ timeout: 0 })));
    }
  }

  test.each([1, 2, 3, 4, 5])(
    'round %i, four runners at once: each effect once, in order, and nothing held after them',
    async () => {
      const files = countingFiles(own.table);
      expect(await fourRunners(files)).toEqual(Object.keys(files));
      await expectWhole(database.sql, own);
      await expectNothingHeld();
    },
  );

  test.each([1, 2, 3])(
    'round %i, with a file of CREATE INDEX CONCURRENTLY: one builds it, and it is valid',
    async () => {
      const files = {
        ...countingFiles(own.table),
        'a/004_index.sql': `create index concurrently ${own.table}_n on ${own.table} (n);`,
      };
      expect(await fourRunners(files)).toEqual(Object.keys(files));
      const indexes = await database.sql`
        select indisvalid from pg_index where indrelid = ${own.table}::regclass`;
      expect(indexes).toEqual([{ indisvalid: true }]);
      const effects = await database.sql`select n from ${database.sql(own.table)} order by at`;
      expect(effects.map(({ n }) => Number(n))).toEqual([2, 3, 33]);
      await expectNothingHeld();
      // Other programs have these backends next.
      expect(await settingsLeft()).toEqual([]);
    },
  );

  test.each([
    ['through the pooler', 'without it'],
    ['without it', 'through the pooler'],
  ])('a runner that came %s has the run lock: one that comes %s waits for it', async (came) => {
    const through = { ...own, database: database.name, port: pooler.port };
    const direct = { ...own, database: database.name };
    const [first, second] = came === 'without it' ? [direct, through] : [through, direct];
    const lock = await databasePort(first).openLock();
    expect(await lock.tryAcquire()).toBe(true);
    const run = startFiles(countingFiles(own.table), second);
    await expect.poll(() => run.events.map(({ kind }) => kind)).toContain('waiting-for-lock');
    await lock.release();
    expect((await run.finished).applied).toHaveLength(3);
    await expectWhole(database.sql, own);
    await expectNothingHeld();
  });

  test('no statement is prepared there, which would stay in a session that others use next', async () => {
    const look = `create table ${own.table} as select name from pg_prepared_statements;`;
    const files = { 'a/001_x.sql': 'select 1;', 'a/002_x.sql': look };
    const target = { ...own, database: database.name, port: pooler.port };
    const { applied } = await startFiles(files, target).finished;
    expect(applied.map(({ key }) => key)).toEqual(Object.keys(files));
    expect(await database.sql.unsafe(`select name from ${own.table}`)).toEqual([]);
  });

  test('the pooler is named in a warning, and --on-pooler refuse is exit 2 without a write', async () => {
    const tree = await makeTree(countingFiles(own.table));
    const migrate = (...args: string[]) =>
      pgm(['migrate', '--dir', tree.directory, ...args], {
        DATABASE_URL: urlFor(database.name, { port: pooler.port }),
        PGM_HISTORY_SCHEMA: own.historySchema,
      });
    const refused = await migrate('--on-pooler', 'refuse');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(
      `127.0.0.1:${pooler.port}/${database.name} is a pooler and --on-pooler is refuse`,
    );
    const made = await database.sql`
      select to_regclass(${own.table}) as table, to_regnamespace(${own.historySchema}) as history`;
    expect(made).toEqual([{ table: null, history: null }]);
    const warned = await migrate();
    expect(warned.exitCode).toBe(0);
    expect(warned.stdout + warned.stderr).toContain(
      `127.0.0.1:${pooler.port}/${database.name} is a connection pooler`,
    );
    await expectWhole(database.sql, own);
    await tree.remove();
  });

  test('runs keep the catalog through the pooler, and pgm drift and watch find there what they find without it', async () => {
    const tree = await makeTree({
      [`a/001_${own.table}.sql`]: `create schema ${own.table}; create table ${own.table}.t (id int primary key);`,
    });
    const env = { PGM_HISTORY_SCHEMA: own.historySchema, PGM_DRIFT_IGNORE: 'public,pgm_*' };
    const through = urlFor(database.name, { port: pooler.port });
    const drift = async (url: string) => {
      const args = ['drift', '--json', '--dir', tree.directory];
      const { stdout, stderr } = await pgm(args, Object.assign({ DATABASE_URL: url }, env));
      expect(stderr).not.toMatch(/ERROR|catalog/);
      const { verdict, objects } = JSON.parse(stdout) as DriftDocument;
      return [verdict, ...objects.map(({ drift: how, identity }) => `${how} ${identity}`)];
    };
    const watching = await Watching.begin(tree.directory, through, ...pooled(env));
    try {
      await watching.looked();
      expect([await drift(through), await drift(database.url)]).toEqual([['in step'], ['in step']]);
      const found = ['drift', `unknown ${own.table}.by_hand`];
      await database.sql.unsafe(`create index by_hand on ${own.table}.t (id)`);
      await watching.process.printed(isDrift);
      expect([await drift(through), await drift(database.url)]).toEqual([found, found]);
      await database.sql.unsafe(`drop index ${own.table}.by_hand`);
      await watching.process.printed(isOver);
      expect(watching.process.output).not.toMatch(/not kept|not known whether|ERROR/);
    } finally {
      await watching.stop();
      await tree.remove();
    }
    expect(await settingsLeft()).toEqual([]);
  });
});

function pooled(env: Readonly<Record<string, string>>): readonly string[] {
  return [
    '--history-schema',
    env['PGM_HISTORY_SCHEMA'] ?? '',
    '--drift-ignore',
    env['PGM_DRIFT_IGNORE'] ?? '',
  ];
}
