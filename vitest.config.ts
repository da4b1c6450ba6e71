import { defineConfig } from 'vitest/config';

/** Each server version is a project of its own: the same files, another real PostgreSQL. */
const versions = (process.env['PGM_TEST_SERVERS'] ?? '15,18').split(',');
const last = versions.at(-1) ?? '';

/**
 * Long tests of what hardly depends on the server's version: how we start one (each project starts its own that way), and
 * what we do when the network fails. On the last version, or on those that PGM_TEST_LONG names.
 */
const long = ['test/embedded/**', 'test/faults/**'];
const longOn = process.env['PGM_TEST_LONG']?.split(',') ?? versions.slice(-1);

/** What the version of the server has nothing to do with at all. */
const lastOnly = ['test/image/**'];

/** Tests that measure time in small pieces; on the last version, where they have a server. */
const alone = 'test/**/*.alone{,.pg}.test.ts';

/** One server for all tests of a project. */
const serverOf = (version: string) => ({
  globalSetup: ['test/support/server-setup.ts'],
  provide: { serverVersion: version },
});

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A loaded machine takes its time; who polls waits for an event, not for a speed.
    expect: { poll: { timeout: 20_000, interval: 25 } },
    // Most tests wait for processes of theirs, so one worker more than cores keeps two cores busy.
    maxWorkers: 3,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['test/**/*.test.ts'],
          exclude: ['test/**/*.pg.test.ts', alone],
        },
      },
      // After all others: within how many milliseconds something is answered is no question to a machine that is busy.
      {
        extends: true,
        test: {
          name: 'alone',
          include: [alone],
          fileParallelism: false,
          sequence: { groupOrder: 1 },
          ...serverOf(last),
        },
      },
      ...versions.map((version) => ({
        extends: true as const,
        test: {
          name: `pg${version}`,
          include: ['test/**/*.pg.test.ts'],
          exclude: [
            alone,
            ...(longOn.includes(version) ? [] : long),
            ...(version === last ? [] : lastOnly),
          ],
          ...serverOf(version),
        },
      })),
    ],
  },
});
