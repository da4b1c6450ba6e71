import { defineConfig } from 'vitest/config';

/** Each server version is a project of its own: the same files, another real PostgreSQL. */
const versions = (process.env['PGM_TEST_SERVERS'] ?? '15,18').split(',');

/**
 * Long tests of what hardly depends on the server's version: how we start one (each project starts its own that way), and
 * what we do when the network fails. On the last version always; with PGM_TEST_EVERYTHING, as in CI, on each.
 */
const long = ['test/embedded/**', 'test/faults/**'];
const isWhole = (version: string): boolean =>
  version === versions.at(-1) || process.env['PGM_TEST_EVERYTHING'] !== undefined;

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
        test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: ['test/**/*.pg.test.ts'] },
      },
      ...versions.map((version) => ({
        extends: true as const,
        test: {
          name: `pg${version}`,
          include: ['test/**/*.pg.test.ts'],
          exclude: isWhole(version) ? [] : long,
          globalSetup: ['test/support/server-setup.ts'],
          provide: { serverVersion: version },
        },
      })),
    ],
  },
});
