import { defineConfig } from 'vitest/config';

/** Each server version is a project of its own: the same files, another real PostgreSQL. */
const versions = (process.env['PGM_TEST_SERVERS'] ?? '15,18').split(',');

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
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
          globalSetup: ['test/support/server-setup.ts'],
          provide: { serverVersion: version },
        },
      })),
    ],
  },
});
