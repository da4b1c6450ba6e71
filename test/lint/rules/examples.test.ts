import { describe, expect, test } from 'vitest';
import { type Example, filesOf } from '../../../src/core/lint/rule-text.js';
import {
  allLintRules,
  type LintFamily,
  lintRuleNames,
} from '../../../src/core/statements/rule-names.js';
import { rules } from '../../../src/lint/rules/list.js';
import { findingsOf, findingsOfLast } from '../../support/lint.js';

/** What is told of old tables only has several files where those before the last are deployed. */
async function found(family: LintFamily, example: Example): Promise<readonly string[]> {
  const isOfOldTables = family === 'locks' || family === 'data';
  return isOfOldTables
    ? findingsOfLast(filesOf(example), { postgres: 14 })
    : findingsOf(example, { postgres: 14 });
}

describe.each(Object.values(rules))('$name', ({ name, family, examples: { bad, good } }) => {
  test.each(bad.map((example) => ({ example })))('finds $example', async ({ example }) => {
    const lines = await found(family, example);
    expect(lines.map((line) => line.split(' ')[1])).toContain(name);
    expect(lines.join('\n')).not.toMatch(/ (?:refused|unreadable-statement)/);
  });

  test.each(good.map((example) => ({ example })))('is silent on $example', async ({ example }) => {
    const lines = await found(family, example);
    expect(lines.filter((line) => line.endsWith(` ${name}`))).toEqual([]);
    expect(lines.join('\n')).not.toMatch(/ (?:refused|unreadable-statement)/);
  });
});

test('the list has the rules in the order of their names, each with an example of both kinds', () => {
  expect(Object.keys(rules)).toEqual(allLintRules);
  for (const { name, family, examples } of Object.values(rules)) {
    expect(lintRuleNames[family]).toContain(name);
    expect(Math.min(examples.bad.length, examples.good.length), name).toBeGreaterThan(0);
  }
});

test.each(Object.values(rules))(
  'what is said of $name is in sentences and lines of its kind',
  (rule) => {
    expect(rule.summary).not.toMatch(/[.\n]$/);
    expect(rule.why).toMatch(/\.$/);
    expect(rule.instead).toMatch(/^[a-z][^\n]*[^.]$/);
  },
);
