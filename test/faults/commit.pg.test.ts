import { describe, expect, test } from 'vitest';
import { withoutTls } from '../../src/library/connection/resolve-tls.js';
import type { ConnectionSettings } from '../../src/core/connection/connection.js';
import type { Client } from '../../src/db/wire/client.js';
import { dial } from '../../src/db/wire/dial.js';
import { settleCommit } from '../../src/db/backend/settle-commit.js';
import { countingFiles, expectWhole } from '../support/invariants.js';
import { RunningPgm, pgm } from '../support/pgm.js';
import {
  databasePort,
  migrateFiles,
  type Ran,
  startFiles,
  watchfulPatience,
} from '../support/run.js';
import { connect, startServer, testServer, urlFor } from '../support/server.js';
import { makeTree } from '../support/tree.js';
import { waitsForLock } from '../support/waiting.js';
import {
  database,
  expectAllWell,
  expectTries,
  filesThatWait,
  freshForEachTest,
  hold,
  last,
  letGo,
  lock,
  relay,
  target,
} from './file-that-waits.js';

freshForEachTest();

function openClient(): Promise<Client> {
  const { host, user, password } = testServer();
  const settings: ConnectionSettings = {
    hosts: [{ host, port: relay.port }],
    user,
    database: database.name,
    maintenanceDatabases: [],
    connectTimeoutSeconds: 30,
    tls: withoutTls,
    origins: { user: 'DATABASE_URL', password: 'DATABASE_URL', server: 'DATABASE_URL' },
    readPassword: () => Promise.resolve(password),
  };
  const onOrphan = (): void => undefined;
  const own = {
    applicationName: 'test',
    patience: watchfulPatience,
    onOrphan,
  };
  return dial({ settings, database: database.name, ...own });
}

describe('in the middle of a file', () => {
  const strikes: readonly (readonly [string, (pid: number) => unknown])[] = [
    [
      'reset',
      () => {
        relay.strike('reset');
      },
    ],
    ['ended by pg_terminate_backend', (pid) => database.sql`select pg_terminate_backend(${pid})`],
  ];

  test.each(strikes)(
    'the connection is %s: the whole file again, its effects once',
    async (_, strike) => {
      await hold();
      const done = migrateFiles(filesThatWait('in the file'), target());
      await strike(await waitsForLock(database.sql));
      await letGo();
      await expectAllWell(await done);
      await expectTries(2);
    },
  );
});

/** As applied, in the events and in the report of the last of several tries. */
function expectEachReportedOnce({ report, events }: Ran): void {
  const keys = Object.keys(countingFiles());
  expect(report.applied.map(({ key }) => key)).toEqual(keys);
  const told = events.flatMap((event) => (event.kind === 'migration-applied' ? event.key : []));
  expect(told).toEqual(keys);
}

describe('at COMMIT', () => {
  const files = {
    ...countingFiles(),
    [last]: `select nextval('tries');${String(countingFiles()[last])}`,
  };
  const commit = new RegExp(`execute "pgm record"[^]*'${last.slice(2)}'[^]*commit`);

  test('a file whose COMMIT was lost before it left is run once more', async () => {
    relay.arm({ fault: 'reset', at: commit, when: 'before' });
    const ran = await migrateFiles(files, target());
    await expectAllWell(ran);
    expectEachReportedOnce(ran);
    expect(relay.struck).toBe(true);
    // The file travels with its record, and may be lost with it.
    await expectTries(1, 2);
  });

  test('whose answer is lost, the file is not run again', async () => {
    relay.arm({ fault: 'reset', at: commit, when: 'after' });
    const ran = await migrateFiles(files, target());
    await expectAllWell(ran);
    expectEachReportedOnce(ran);
    expect(relay.struck).toBe(true);
    await expectTries(1);
  });

  test.each([
    ['was lost before it left, the other one is told to have applied it', 'before', 'other'],
    ['was done, and only its answer lost, this one is told so', 'after', 'this'],
  ] as const)('if another runner comes in between, and a COMMIT %s', async (_, when, who) => {
    relay.arm({ fault: 'reset', at: commit, when });
    const port = databasePort(target());
    let connects = 0;
    let other: Ran | null = null;
    const connectAgain: typeof port.connect = async (ahead) => {
      connects += 1;
      if (connects > 1)
        other ??= await migrateFiles(files, { database: database.name, host: 'other' });
      return port.connect(ahead);
    };
    const running = startFiles(files, target(), { database: { ...port, connect: connectAgain } });
    const { applied } = await running.finished;
    const byOther = (other as Ran | null)?.report.applied ?? [];
    expect(byOther.map(({ key }) => key)).toEqual(who === 'other' ? [last] : []);
    expect(applied.map(({ key }) => key).includes(last)).toBe(who === 'this');
    expect(relay.struck).toBe(true);
    await expectWhole(database.sql);
  });

  test('a COMMIT still under way when the connection is reset is waited for, and its file not run again', async () => {
    await hold();
    // The server does not look for its client, so that it goes on.
    const patient = filesThatWait('at commit', 'set local client_connection_check_interval = 0;');
    const done = migrateFiles(patient, target());
    await waitsForLock(database.sql);
    relay.strike('reset');
    await expect
      .poll(
        () => database.sql`
          select 1 from pg_stat_activity where datname = current_database()
            and (query like '%pg_xact_status%' or query like '%as busy%') and pid <> pg_backend_pid()`,
      )
      .toHaveLength(1);
    await letGo();
    const ran = await done;
    await expectAllWell(ran);
    expectEachReportedOnce(ran);
    await expectTries(1);
  });

  test('a COMMIT that a promoted standby never heard of is no reason to wait: its history tells', async () => {
    const client = await openClient();
    await expect(settleCommit(client, '9000000000000000')).resolves.toBeUndefined();
    await client.close();
  });

  test('a file whose COMMIT the server gave up with its client is run once more', async () => {
    await hold();
    const done = migrateFiles(filesThatWait('at commit'), target());
    const first = await waitsForLock(database.sql);
    relay.strike('reset');
    await waitsForLock(database.sql, first);
    await letGo();
    await expectAllWell(await done);
    await expectTries(2);
  });

  test('of a server that never comes back: exit 4, and nothing is marked failed', async () => {
    const server = await startServer();
    const tree = await makeTree(filesThatWait('at commit'));
    const env = { DATABASE_URL: urlFor('postgres', {}, server), MIGRATIONS_DIR: tree.directory };
    try {
      const watcher = connect('postgres', server);
      await watcher`create sequence tries`;
      await watcher`select pg_advisory_lock(${lock})`;
      const running = new RunningPgm(['migrate', '--wait-timeout', '1s'], env);
      const other = connect('postgres', server);
      await waitsForLock(other);
      await server.stop('immediate');
      await Promise.all([watcher.end({ timeout: 0 }), other.end({ timeout: 0 })]);
      const { exitCode, stderr } = await running.finished;
      expect({ exitCode, stderr }).toMatchObject({ exitCode: 4 });
      await server.restart();
      const again = connect('postgres', server);
      // That the history was made may be lost with all that was in it; what is in it is never a failure.
      const [found] = await again`select to_regclass('pgm.migrations') is not null as history`;
      if (found?.['history'] === true) {
        expect(
          await again`select filename, state from pgm.migrations where state <> 'applied'`,
        ).toEqual([]);
      }
      expect(await pgm(['migrate'], env)).toMatchObject({ exitCode: 0 });
      await expectWhole(again);
      await again.end({ timeout: 0 });
    } finally {
      await server.remove();
      await tree.remove();
    }
  });
});
