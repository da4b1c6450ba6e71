import { alterOfOldTable } from '../../known/altered.js';
import type { StatementRule } from '../../known/rule.js';

export const detachWithoutConcurrently: StatementRule<'detach-without-concurrently'> = {
  name: 'detach-without-concurrently',
  family: 'locks',
  severity: 'warning',
  summary: 'DETACH PARTITION without CONCURRENTLY',
  why: 'DETACH PARTITION takes ACCESS EXCLUSIVE on the whole partitioned table until the file is committed: it waits for every query of any partition, and every later query waits behind it. CONCURRENTLY takes SHARE UPDATE EXCLUSIVE on the partitioned table, for which neither readers nor writers wait. It cannot run in a transaction, and not while there is a DEFAULT partition.',
  instead: 'write DETACH PARTITION … CONCURRENTLY, alone in a file',
  examples: {
    bad: [
      'ALTER TABLE events DETACH PARTITION events_2020;',
      'DO $$ BEGIN ALTER TABLE events DETACH PARTITION events_2020; END $$;',
    ],
    good: [
      'CREATE TABLE IF NOT EXISTS events (at date) PARTITION BY RANGE (at);\nALTER TABLE events DETACH PARTITION events_2020;',
      'ALTER TABLE events DETACH PARTITION events_2020 FINALIZE;',
      'ALTER TABLE events DETACH PARTITION events_2020 CONCURRENTLY;',
    ],
  },
  looksAt: 'statement',
  check: (statement, known) => {
    const alter = alterOfOldTable(statement, known);
    return (alter?.actions ?? []).flatMap((action) => {
      if (alter === null || action.kind !== 'detach-partition' || action.concurrently) return [];
      const message = `DETACH PARTITION keeps readers and writers of all of ${known.qualified(alter.table)} waiting (ACCESS EXCLUSIVE)`;
      return [{ at: action.at, message }];
    });
  },
};
