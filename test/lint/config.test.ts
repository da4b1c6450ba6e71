import { describe, expect, test } from 'vitest';
import { readConfig } from '../../src/lint/read-config.js';
import { findingsOf } from '../support/lint.js';

const files = { 'a/1_a.sql': 'DROP TABLE IF EXISTS t;', 'seed/1_a.sql': 'DROP TABLE IF EXISTS t;' };

async function found(text: string): Promise<readonly string[]> {
  const reading = readConfig(text);
  if (reading.kind === 'wrong') return reading.problems;
  return findingsOf(files, { config: reading.config });
}

describe('pgm.lint.yaml', () => {
  test('switches rules off, for all files or for some', async () => {
    expect(await found('')).toEqual(['a/1_a.sql:1:1 drop-table', 'seed/1_a.sql:1:1 drop-table']);
    expect(await found('rules: {drop-table: off}')).toEqual([]);
    const some = 'paths:\n  - files: seed/*\n    rules:\n      drop-table: off\n';
    expect(await found(some)).toEqual(['a/1_a.sql:1:1 drop-table']);
  });

  test('lets the last entry that fits win', async () => {
    const twice =
      'rules:\n  drop-table: off\npaths:\n  - {files: ["**"], rules: {drop-table: error}}\n  - {files: ["?/*.sql"], rules: {drop-table: off}}\n';
    expect(await found(twice)).toEqual(['seed/1_a.sql:1:1 drop-table']);
  });

  test.each([
    ['rule: {}', '1:1: "rule" is not known: did you mean rules?'],
    ['rules:\n  drop-tabel: off', '2:3: "drop-tabel" is not known: did you mean drop-table?'],
    ['rules:\n  zzz: off', '2:3: "zzz" is not known: pgm lint --rules lists the rules'],
    ['rules:\n  drop-table: none', '2:15: drop-table must be error, warning or off'],
    ['rules: [drop-table]', '1:8: rules must be a map of rules'],
    ['paths: {}', '1:8: paths must be a list'],
    ['paths:\n  - files: a', '2:5: an entry of paths needs rules'],
    ['paths:\n  - rules: {}', '2:5: an entry of paths needs files'],
    [
      'paths:\n  - {files: 1, rules: {}}',
      '2:13: files must be a pattern such as gcp/0*.sql, or a list of patterns',
    ],
    ['- a', '1:1: the file must be a map of rules and paths'],
  ])('%j is refused with its place', async (text, problem) => {
    expect(await found(text)).toEqual([problem]);
  });

  test('that is no YAML is refused with the place', () => {
    const reading = readConfig('rules: {\n');
    expect(reading).toEqual({ kind: 'wrong', problems: [expect.stringMatching(/^2:1: /)] });
  });
});
