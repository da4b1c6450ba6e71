import { defineConfig } from 'vitest/config';

/** What `npm run measure` prints: figures of one `pgm watch`, with nothing beside it. */
export default defineConfig({
  test: {
    name: 'measure',
    include: ['test/measure/*.measure.ts'],
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 60_000, interval: 25 } },
    globalSetup: ['test/support/server-setup.ts'],
    provide: { serverVersion: process.env['PGM_SOAK_SERVER'] ?? '18' },
  },
});
