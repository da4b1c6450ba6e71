import { test as base } from '@playwright/test';
import { migratedDatabase } from 'postgres-manager/testing';
import { startServer } from '../src/server.js';

/** Each test has the application for itself, on a database of its own: `request`, and `page`, go to it. */
export const test = base.extend({
  application: async ({}, use, testInfo) => {
    // With PGM_TEST_KEEP=on-failure the database of a failed test stays, and its URL is printed.
    const database = await migratedDatabase({ test: testInfo });
    const application = await startServer(database.url);
    await use(application);
    await application.close();
    await database.drop();
  },
  baseURL: ({ application }, use) => use(application.url),
});

export { expect } from '@playwright/test';
