import { defineConfig } from 'vitest/config';

/** The long tests of `npm run soak`; none of them belongs to `npm test`. */
export default defineConfig({
  test: {
    name: 'soak',
    include: ['test/soak/*.soak.ts'],
    // One after the other: each measures how soon a process answers, on as few as two cores.
    fileParallelism: false,
    testTimeout: 60_000,
    hookTimeout: 180_000,
    expect: { poll: { timeout: 60_000, interval: 25 } },
    globalSetup: ['test/support/server-setup.ts'],
    provide: { serverVersion: process.env['PGM_SOAK_SERVER'] ?? '18' },
  },
});
