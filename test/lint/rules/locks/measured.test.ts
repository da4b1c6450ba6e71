import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { lintRuleNames } from '../../../../src/core/statements/rule-names.js';
import { filesOf, groups } from '../../../proof/locks/files.js';
import { lastFindingsOf } from '../../../support/lint.js';

interface Row {
  readonly statement: string;
  readonly measured: Readonly<Record<string, readonly string[]>>;
}

const rows = JSON.parse(readFileSync('docs/locks.json', 'utf8')) as readonly Row[];

/** Everybody waits for these for a moment only, and there is a way without it. */
const brief: Readonly<Record<string, string>> = {
  'DETACH PARTITION': 'detach-without-concurrently',
  'DROP INDEX': 'drop-index-without-concurrently',
  'LOCK TABLE': 'lock-table-shuts-out-readers',
};

/** It is about statements to come. */
const ofLater = 'foreign-key-without-index';

/** What verify has measured on any version: whether a table is rewritten, or read while others wait. */
function measured(statement: string): {
  readonly rewrites: boolean;
  readonly holdsUp: boolean;
} {
  const row = rows.find((each) => each.statement === statement);
  const all = Object.values(row?.measured ?? {}).flat();
  const strong = all.filter((line) =>
    /: (?:SHARE|SHARE ROW EXCLUSIVE|.*ACCESS EXCLUSIVE)(?:,|$)/.test(line),
  );
  return {
    rewrites: all.some((line) => line.includes('rewritten')),
    holdsUp: strong.some((line) => /rewritten|read whole/.test(line)),
  };
}

describe('what verify has measured is what lint says', () => {
  const forms = Object.values(groups).flat();

  test.each(forms)('of $statement', async (form) => {
    const found = await lastFindingsOf(filesOf(form, 's'));
    const rules = found.flatMap((line) => {
      const [place = '', rule = ''] = line.split(' ');
      const isLock = (lintRuleNames.locks as readonly string[]).includes(rule);
      return place.startsWith('s/2_form.sql') && isLock && rule !== ofLater ? [rule] : [];
    });
    const { rewrites, holdsUp } = measured(form.statement);
    const expected = brief[form.statement];
    if (expected === undefined) expect(rules.length > 0, rules.join()).toBe(holdsUp);
    else expect(rules).toEqual([expected]);
    const isAlter = /^(?:ADD|ALTER COLUMN|SET) /.test(form.statement);
    if (isAlter) expect(rules.includes('alter-rewrites-table')).toBe(rewrites);
  });
});
