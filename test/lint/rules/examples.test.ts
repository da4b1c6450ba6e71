import { describe, expect, test } from 'vitest';
import type { Example } from '../../../src/core/lint/rule-text.js';
import { allLintRules, lintRuleNames } from '../../../src/core/statements/rule-names.js';
import { rules } from '../../../src/lint/rules/list.js';
import { findingsOf, lastFindingsOf } from '../../support/lint.js';

describe.each(Object.values(rules))('$name', ({ name, examples: { bad, good, areAllDue } }) => {
  const lint = areAllDue === true ? findingsOf : lastFindingsOf;

  test.each(bad.map((example) => ({ example })))('finds $example', async ({ example }) => {
    const found = await lint(inFewStatements(example), { postgres: 14 });
    expect(found.map((line) => line.split(' ')[1])).toContain(name);
    expect(found.join('\n')).not.toMatch(/ (?:refused|unreadable-statement)/);
  });

  test.each(good.map((example) => ({ example })))('is silent on $example', async ({ example }) => {
    const found = await lint(inFewStatements(example), { postgres: 14 });
    expect(found.filter((line) => line.endsWith(` ${name}`))).toEqual([]);
    expect(found.join('\n')).not.toMatch(/ (?:refused|unreadable-statement)/);
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

/** A large example in a hundredth of its statements, which blanks make as long as those they stand for: it is about bytes. */
function inFewStatements(example: Example): Example {
  if (!isLarge(example)) return example;
  const { paths, statement, times } = example;
  const line = `${statement}\n`;
  return { paths, statement: statement.padEnd(100 * line.length - 1), times: times / 100 };
}

function isLarge(example: Example): example is Extract<Example, { readonly times: number }> {
  return typeof example !== 'string' && typeof example.times === 'number';
}
