import { expect, test } from 'vitest';
import { groupsOf, summaryOf, troubleOf } from '../../../src/core/fleet/fleet-report.js';
import { fleetJunit } from '../../../src/core/fleet/fleet-junit.js';
import { type TargetOutcome, type TargetState, unseen } from '../../../src/core/fleet/outcome.js';

const at = (revision: string | null, behindBy: number, state: TargetState): TargetOutcome => ({
  ...unseen('t', state, 'because'),
  revision,
  behindBy,
});
const many = (outcome: TargetOutcome, times: number): readonly TargetOutcome[] =>
  Array.from({ length: times }, () => outcome);
const waves = (...outcomes: readonly TargetOutcome[]) => ({
  waves: [{ name: 'all', outcomes }],
  stopped: null,
});

test('many revisions are summed up too: the most frequent ones, and then how many others', () => {
  const revisions = Array.from({ length: 30 }, (_, behindBy) => [
    ...many(
      at(`${String(behindBy).padStart(2, '0')}aaaaaaaaaa`, behindBy, 'behind'),
      40 - behindBy,
    ),
  ]);
  const outcomes = [...revisions.slice(1).flat(), at(null, 42, 'behind'), unseen('t', 'away', 'r')];
  expect(summaryOf(outcomes)).toBe(
    '39 at 01aaaaaaaaaa (behind by 1), 38 at 02aaaaaaaaaa (behind by 2), 37 at 03aaaaaaaaaa (behind by 3), ' +
      '36 at 04aaaaaaaaaa (behind by 4), 35 at 05aaaaaaaaaa (behind by 5), ' +
      '540 at 24 other revisions (behind by 6 to 29), 1 without a whole revision (behind by 42), 1 away',
  );
  const six = revisions.slice(1, 7).flat();
  expect(summaryOf(six)).toContain('34 at 06aaaaaaaaaa (behind by 6)');
});

test('a fleet is summed up by revision, then by what is wrong', () => {
  const outcomes = [
    unseen('away', 'away', 'r'),
    ...many(at('37d0aaaaaaaaaaaa', 2, 'behind'), 20),
    ...many(at(null, 1, 'failed'), 2),
    ...many(at('4f1caaaaaaaaaaaa', 0, 'up-to-date'), 900),
    ...many(at('4f1caaaaaaaaaaaa', 0, 'done'), 178),
  ];
  expect(summaryOf(outcomes)).toBe(
    '1,078 at 4f1caaaaaaaa, 20 at 37d0aaaaaaaa (behind by 2), 2 failed, 1 away',
  );
  expect(groupsOf(outcomes)[0]).toEqual({
    state: 'up-to-date',
    revision: '4f1caaaaaaaaaaaa',
    targets: 1_078,
    behindBy: { least: 0, most: 0 },
  });
  expect(summaryOf([at(null, 2, 'behind'), at(null, 5, 'behind')])).toBe(
    '2 without a whole revision (behind by 2 to 5)',
  );
  expect(summaryOf([])).toBe('no targets');
});

test('what is wrong as a whole is one thing only where it is the same everywhere', () => {
  const fine = at('r', 0, 'done');
  expect(troubleOf(waves(fine, at(null, 3, 'behind')))).toBe('none');
  expect(troubleOf(waves(fine, unseen('a', 'away', 'r')))).toBe('away');
  expect(troubleOf(waves(unseen('a', 'away', 'r'), unseen('b', 'not-begun', 'r')))).toBe('away');
  expect(troubleOf(waves(unseen('a', 'refused', 'r')))).toBe('refused');
  expect(troubleOf(waves(unseen('a', 'locked', 'r')))).toBe('locked');
  expect(troubleOf(waves(unseen('a', 'away', 'r'), unseen('b', 'refused', 'r')))).toBe('failed');
  expect(troubleOf(waves(unseen('a', 'superseded', 'r')))).toBe('failed');
  expect(troubleOf({ ...waves(fine), stopped: 'the check failed' })).toBe('failed');
});

test('JUnit has a case a target, which fails unless all is applied there', () => {
  const numbers = { revision: 'r', generation: null, files: 1, durationMs: 1 };
  const bad = { ...unseen('b<', 'away', 'no "answer"'), target: 'b<' };
  const text = fleetJunit({ ...numbers, ...waves(at('r', 0, 'done'), bad) });
  expect(text).toContain('<testsuite name="pgm fleet status" tests="2" failures="1"');
  expect(text).toContain('<testcase classname="pgm fleet status" name="t"/>');
  expect(text).toContain('name="b&lt;"');
  expect(text).toContain('message="no &quot;answer&quot;"');
});
