import { expect, test } from 'vitest';
import { fleetDriftTable } from '../../../src/cli/render/words/fleet/fleet-drift-table.js';
import { fingerprintGroups } from '../../../src/core/fleet/drift/fingerprints.js';
import {
  driftSummary,
  isInStep,
  type TargetDrift,
} from '../../../src/core/fleet/drift/target-drift.js';

const found = (target: string, fingerprint: string | null, postgres = 17): TargetDrift => ({
  target,
  verdict: 'in step',
  reason: null,
  print: fingerprint === null ? null : { fingerprint, postgres },
  report: null,
  durationMs: 1,
});
const tableOf = (targets: readonly TargetDrift[]): string =>
  fleetDriftTable({ files: null, targets, stopped: null, durationMs: 1 }, plain);
const plain = { color: false, all: false };

test('the fingerprint that most targets have comes first, and those of the others are named', () => {
  const targets = [found('odd', 'b'), found('one', 'a'), found('two', 'a'), found('gone', null)];
  expect(fingerprintGroups(targets)).toEqual([
    { fingerprint: 'a', postgres: [17], revisions: [], targets: ['one', 'two'] },
    { fingerprint: 'b', postgres: [17], revisions: [], targets: ['odd'] },
  ]);
  expect(tableOf(targets)).toContain('fingerprints  2 with a\n              1 with b: odd\n');
});

test('major versions are told where there are several, and a fleet without a common fingerprint fits on a screen', () => {
  const mixed = [found('old', 'b', 15), found('new', 'a', 17), found('newer', 'a', 18)];
  expect(tableOf(mixed)).toContain(
    '2 with a, PostgreSQL 17, 18\n              1 with b, PostgreSQL 15: old\n',
  );
  const many = Array.from({ length: 30 }, (_, at) => found(`t${at}`, `print${at}`));
  const lines = tableOf(many).split('\n');
  expect(lines).toHaveLength(14);
  expect(lines.at(-2)?.trim()).toBe('20 targets with 20 other ones: --json has each');
});

test('one target that is not in step is enough, and no target is no drift', () => {
  const away: TargetDrift = { ...found('a', null), verdict: 'away', reason: 'ECONNREFUSED' };
  expect(isInStep([found('b', 'a'), away])).toBe(false);
  expect(driftSummary([away, found('b', 'a'), found('c', 'a')])).toBe('2 in step, 1 away');
  expect(tableOf([found('b', 'a'), away])).toMatch(/^a {2}away {2}ECONNREFUSED$/m);
  expect([isInStep([]), driftSummary([])]).toEqual([true, 'no targets']);
  expect(tableOf([])).toBe('there are no targets\ntargets       no targets\n');
});
