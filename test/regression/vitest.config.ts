import { defineConfig } from 'vitest/config';

const versions = (process.env['PGM_TEST_SERVERS'] ?? '15,18').split(',');

/** `npm run regression`: needs PostgreSQL's sources, which are nobody's to bring along. No part of `npm test`. */
export default defineConfig({
  test: {
    fileParallelism: false,
    testTimeout: 1_800_000,
    hookTimeout: 180_000,
    projects: versions.map((version) => ({
      extends: true as const,
      test: {
        name: `pg${version}`,
        include: ['test/regression/*.suite.ts'],
        globalSetup: ['test/support/server-setup.ts'],
        provide: { serverVersion: version },
      },
    })),
  },
});
