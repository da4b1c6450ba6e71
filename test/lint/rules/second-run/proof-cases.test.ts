import { describe, expect, test } from 'vitest';
import { lintRuleNames } from '../../../../src/core/statements/rule-names.js';
import { alterations, creations } from '../../../proof/second-run/definitions.js';
import { rowCases } from '../../../proof/second-run/rows.js';
import { findingsOf } from '../../../support/lint.js';

/** What `verify` finds on a server, which has the rows, and lint cannot. */
const unseen: ReadonlySet<string> = new Set([
  // A procedure may do anything.
  'call_of_a_procedure',
  // Which columns a view has depends on those of tables.
  'replace_view_of_other_columns',
]);

async function foundIn(before: string | undefined, sql: string): Promise<readonly string[]> {
  const text = (part: string): string => part.replaceAll('{s}', 's').replaceAll('{role}', 'r');
  const found = await findingsOf({
    's/001_before.sql': text(before ?? 'SELECT 1;'),
    's/002_case.sql': text(sql),
  });
  const names: readonly string[] = lintRuleNames['second-run'];
  return found
    .filter((line) => line.startsWith('s/002'))
    .map((line) => line.split(' ')[1] ?? '')
    .filter((rule) => names.includes(rule));
}

describe.each([...creations, ...alterations, ...rowCases])(
  '$name',
  ({ name, before, unfit, fit }) => {
    test.skipIf(unfit === null || unseen.has(name))('is found without a server', async () => {
      expect(await foundIn(before, unfit?.sql ?? '')).not.toEqual([]);
    });

    test.skipIf(fit === null)('and what is fit raises no false alarm', async () => {
      expect(await foundIn(before, fit ?? '')).toEqual([]);
    });
  },
);
