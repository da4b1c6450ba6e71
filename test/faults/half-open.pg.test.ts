import { test } from 'vitest';
import { migrateFiles } from '../support/run.js';
import { waitsForLock } from '../support/waiting.js';
import {
  database,
  expectAllWell,
  expectTries,
  filesThatWait,
  freshForEachTest,
  hold,
  letGo,
  relay,
  target,
} from './file-that-waits.js';

freshForEachTest();

/** The connection says nothing any more (half open), as behind a firewall that forgot it. */
test.each(['in the file', 'at commit'] as const)(
  'a connection that falls silent %s, which goes through: that is noticed, and the file not run again',
  async (where) => {
    await hold();
    const done = migrateFiles(filesThatWait(where), target());
    await waitsForLock(database.sql);
    relay.strike('stall');
    await letGo();
    await expectAllWell(await done);
    await expectTries(1);
  },
);
