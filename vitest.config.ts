import { defineConfig } from 'vitest/config';

/** Each server version is a project of its own: the same files, another real PostgreSQL. */
const versions = (process.env['PGM_TEST_SERVERS'] ?? '15,18').split(',');
const first = versions[0] ?? '';
const last = versions.at(-1) ?? '';

/**
 * Long tests of what hardly depends on the server's version: how we start one (each project starts its own that way), and
 * what we do when the network fails. On the last version, or on those that PGM_TEST_LONG names.
 */
const long = ['test/embedded/**', 'test/faults/**'];
const longOn = process.env['PGM_TEST_LONG']?.split(',') ?? versions.slice(-1);

/** What the version of the server has nothing to do with at all. */
const lastOnly = [
  ...['test/image/**', 'test/house/**', 'test/docs/{library,terminal}.pg.test.ts'],
  'test/proof/{output,verdicts,traces}.pg.test.ts',
];

/** What hardly depends on it and takes long: on the last one everywhere. */
const longOnce = [
  'test/cli/**',
  'test/cluster/checks.pg.test.ts',
  'test/core/new-file/**',
  'test/db/wire/half-open.pg.test.ts',
  'test/drift/**',
  'test/db/apply/copy-refused.pg.test.ts',
  'test/kubernetes/**',
  'test/library/**',
  'test/fleet/**',
  'test/lint/second-run.pg.test.ts',
  'test/moving/**',
  'test/operations/drift/no-false-drift.pg.test.ts',
  'test/operations/proof/verify-{from,since,ignore,waits}.pg.test.ts',
  'test/schema/{mutations,standby}.pg.test.ts',
  'test/{examples,testing}/**',
];

/** Tests without PostgreSQL that start processes or browsers, open sockets, write many files or read the whole repository. */
const system = 'test/**/*.system.test.ts';

/** Replaces modules, or counts what the process holds: each file gets a process of its own. */
const alone = 'test/**/*.alone.system.test.ts';

/** On all but the last one, which has the same in test/schema/mutations.pg.test.ts. */
const notLast = ['test/db/catalog/mutations.pg.test.ts'];

/** One server for all tests of a project. */
const serverOf = (version: string) => ({
  globalSetup: ['test/support/server-setup.ts'],
  provide: { serverVersion: version, firstVersion: first },
});

/**
 * What hardly depends on it: processes, signals, connections, what we know of a session, how a proof is made. In CI on the
 * first one too, elsewhere on the last.
 */
const lastElsewhere = [
  'test/db/apply/{apply-outside,resumed-session,worn-session}.pg.test.ts',
  'test/db/wire/**',
  'test/db/history/history-digest.pg.test.ts',
  'test/deploy/**',
  // What a catalog shows on each version is in test/db/catalog.
  'test/operations/drift/made-by-hand.pg.test.ts',
  'test/proof/second-run.pg.test.ts',
];

/** On each version in CI, on the last one elsewhere. */
const eachInCi = [
  'test/db/apply/hidden-settings.pg.test.ts',
  'test/lint/**',
  'test/operations/**',
  'test/sql/advice.pg.test.ts',
];
const inCi = process.env['CI'] !== undefined;
const onceEnough = (version: string) => [
  ...lastOnly,
  ...longOnce,
  ...(inCi ? [] : eachInCi),
  ...(inCi && version === first ? [] : lastElsewhere),
];

/**
 * What takes longest, and breaks with few changes: `npm test` is for every change, and CI runs these. `CI=1 npm test` does
 * too, and asks for every program that a test needs.
 */
const ciOnly = [
  'test/cli/commands/{drift-files,lint-gate}.pg.test.ts',
  'test/cli/commands/lint-large.system.test.ts',
  'test/cli/package.system.test.ts',
  'test/cli/process/{process,shutdown}.pg.test.ts',
  'test/cli/two-{connections,contents}.pg.test.ts',
  'test/cluster/**',
  'test/core/new-file/**/*.pg.test.ts',
  'test/db/catalog/mutations.pg.test.ts',
  'test/deploy/role.pg.test.ts',
  'test/docs/{library.pg,lint-examples.system,terminal.pg}.test.ts',
  'test/drift/{against-files,circumstances,no-drift,watch}.pg.test.ts',
  'test/embedded/{death,kept,recovery,throw-away}.pg.test.ts',
  'test/embedded/data/binaries.pg.test.ts',
  'test/faults/{all-gone,database,every-message,failing-files,failover,half-open}.pg.test.ts',
  'test/faults/{http,kills,long-files,many-files}.pg.test.ts',
  'test/faults/{missing-database,proof,properties,random-folders,service,tls,volume}.pg.test.ts',
  'test/faults/fleet/**',
  'test/fleet/{fleet-drift,fleet-jobs,secrets}.pg.test.ts',
  'test/image/**',
  'test/library/packed.pg.test.ts',
  'test/page/browser.system.test.ts',
  'test/release/{package,sbom}.system.test.ts',
  'test/moving/**/*.pg.test.ts',
  'test/operations/drift/{made-by-hand,no-false-drift}.pg.test.ts',
  'test/operations/proof/verify-{from,since,waits}.pg.test.ts',
  'test/proof/{locks,output,second-run,verdicts}.pg.test.ts',
  'test/schema/**',
  'test/examples/**',
  'test/testing/shared.pg.test.ts',
];
const notHere = inCi ? [] : ciOnly;

export default defineConfig({
  test: {
    // They end tests that hang. How fast something is is a question for `npm run measure`: a busy machine takes its time.
    testTimeout: 180_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000, interval: 25 } },
    // Most tests wait for processes of theirs, so one worker more than cores keeps two cores busy. A project takes it from
    // here or from VITEST_MAX_WORKERS: vitest does not hand `--maxWorkers` on to projects.
    maxWorkers: 3,
    // A process for each file would load everything anew, half a second each time. Files leave nothing behind.
    isolate: false,
    projects: [
      {
        extends: true,
        test: {
          // Pure: test/house/unit.system.test.ts says what its files may not import.
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.pg.test.ts', system],
        },
      },
      { extends: true, test: { name: 'system', include: [system], exclude: [alone, ...notHere] } },
      { extends: true, test: { name: 'alone', include: [alone], isolate: true } },
      ...versions.map((version) => ({
        extends: true as const,
        test: {
          name: `pg${version}`,
          include: ['test/**/*.pg.test.ts'],
          exclude: [
            ...notHere,
            ...(longOn.includes(version) ? [] : long),
            ...(version === last ? notLast : onceEnough(version)),
          ],
          ...serverOf(version),
        },
      })),
    ],
  },
});
