import { describe, expect, test } from 'vitest';
import { driftSeen } from '../../../src/core/drift/drift-seen.js';
import { compare, type MigrationStatus } from '../../../src/core/run/compare.js';
import {
  assessReadiness,
  needsRun,
  notReady,
  type ReadinessOptions,
  type Sight,
} from '../../../src/core/watch/readiness.js';
import { judge } from '../../../src/core/run/report.js';
import { historyOf, type Tried } from '../../support/memory/history.js';
import { type Files, snapshotOf } from '../../support/memory/snapshot.js';

const revision = 'abcdef0123456789';
const usual: ReadinessOptions = {
  readiness: 'applied',
  wanted: null,
  activity: null,
};

function seen(
  files: Files,
  tried: Readonly<Record<string, Tried>>,
  kept: readonly string[] = [],
): Extract<Sight, { kind: 'compared' }> {
  const statuses: readonly MigrationStatus[] = compare(snapshotOf(files), historyOf(tried));
  const verdict = judge(statuses, { allowEmpty: false, onChange: 'rerun' });
  return {
    kind: 'compared',
    revision,
    statuses,
    verdict,
    isHeld: false,
    kept: new Set(kept),
    standing: null,
    wasInFull: false,
    everInFull: false,
  };
}

const upToDate = seen({ 'a/1_x.sql': 'x' }, { 'a/1_x.sql': { applied: 'x' } });
const behind = seen({ 'a/1_x.sql': 'x', 'a/2_x.sql': 'x' }, { 'a/1_x.sql': { applied: 'x' } });

describe('readiness', () => {
  test('is given when all is applied, with the counts', () => {
    expect(assessReadiness(upToDate, usual)).toEqual({
      ready: true,
      reason: null,
      postgres: 'up',
      revision,
      migrations: { pending: 0, applied: 1, changed: 0, failed: 0, held: 0, missing: 0 },
    });
  });

  test.each<[Sight, string, string]>([
    [{ kind: 'no-source', found: null }, 'migrations directory missing or not readable', 'unknown'],
    [{ kind: 'unreachable', revision }, 'postgres unreachable', 'down'],
    [{ kind: 'no-database', revision }, 'database does not exist', 'up'],
    [{ kind: 'refused', revision, everInFull: true }, 'postgres refuses to show the history', 'up'],
    [behind, '1 pending', 'up'],
    [seen({}, {}), 'no migrations found', 'up'],
  ])('is not, and says why: %#', (sight, reason, postgres) => {
    expect(assessReadiness(sight, usual)).toMatchObject({ ready: false, reason, postgres });
  });

  test('says what is being done about it', () => {
    const options = { ...usual, activity: 'applying 2 of 2' };
    expect(assessReadiness(behind, options).reason).toBe('1 pending; applying 2 of 2');
    expect(assessReadiness({ kind: 'no-database', revision }, options).reason).toBe(
      'applying 2 of 2',
    );
    expect(assessReadiness(upToDate, options)).toMatchObject({ ready: true, reason: null });
  });
});

describe('?revision=', () => {
  test.each([revision, 'abcdef012345', 'a'])('%s is the one that is applied', (wanted) => {
    expect(assessReadiness(upToDate, { ...usual, wanted }).ready).toBe(true);
  });

  test.each(['b', `${revision}0`, ''])('%j is not', (wanted) => {
    expect(assessReadiness(upToDate, { ...usual, wanted })).toMatchObject({
      ready: false,
      reason: 'another revision is mounted',
    });
  });

  test('of what is mounted and not yet applied waits for it', () => {
    expect(assessReadiness(behind, { ...usual, wanted: revision })).toMatchObject({
      ready: false,
      reason: '1 pending',
    });
  });

  test('is as strict under --readiness once', () => {
    const options: ReadinessOptions = { ...usual, readiness: 'once' };
    const sight = { ...behind, everInFull: true };
    expect(assessReadiness(sight, options).ready).toBe(true);
    for (const [wanted, reason] of [
      [revision, '1 pending'],
      ['b', 'another revision is mounted'],
    ] as const) {
      expect(assessReadiness(sight, { ...options, wanted })).toMatchObject({
        ready: false,
        reason,
      });
    }
    const blind: Sight = { kind: 'refused', revision, everInFull: true };
    expect(assessReadiness(blind, { ...options, wanted: revision }).ready).toBe(false);
  });
});

describe('--readiness once', () => {
  const once: ReadinessOptions = { ...usual, readiness: 'once' };
  const failed = seen(
    { 'a/1_x.sql': 'x', 'a/2_x.sql': 'x' },
    { 'a/1_x.sql': { applied: 'x' }, 'a/2_x.sql': { failed: 'x' } },
  );
  const emptied = seen({}, { 'a/1_x.sql': { applied: 'x' } });
  const noSource: Sight = { kind: 'no-source', found: { everInFull: true, allGone: true } };
  const refused: Sight = { kind: 'refused', revision, everInFull: true };

  test.each<[string, Sight, string]>([
    ['a file is pending', { ...behind, everInFull: true }, '1 pending'],
    ['a file failed', { ...failed, everInFull: true }, 'a/2_x.sql failed'],
    ['all files are gone', { ...emptied, everInFull: true }, 'no migrations found'],
    ['there is no source', noSource, 'migrations directory missing or not readable'],
    ['the history may not be seen', refused, 'postgres refuses to show the history'],
  ])('is given to a database that was once in full, although %s', (_what, sight, reason) => {
    expect(assessReadiness(sight, usual)).toMatchObject({ ready: false, reason });
    expect(assessReadiness(sight, once)).toMatchObject({ ready: true, reason: null });
  });

  test.each<[string, Sight, string]>([
    ['a file is pending', behind, '1 pending'],
    ['a file failed', failed, 'a/2_x.sql failed'],
    ['there are no files', seen({}, {}), 'no migrations found'],
    [
      'there is no source',
      { ...noSource, found: { everInFull: false, allGone: false } },
      'migrations directory missing or not readable',
    ],
    [
      'the history may not be seen',
      { ...refused, everInFull: false },
      'postgres refuses to show the history',
    ],
  ])('is not given to one that never was, while %s', (_what, sight, reason) => {
    expect(assessReadiness(sight, once)).toMatchObject({ ready: false, reason });
  });

  test.each<[Sight, string]>([
    [{ kind: 'unreachable', revision: null }, 'postgres unreachable'],
    [{ kind: 'no-primary', revision }, 'waiting for a primary'],
    [{ kind: 'no-database', revision }, 'database does not exist'],
  ])('is never given without the database: %#', (sight, reason) => {
    expect(assessReadiness(sight, once)).toMatchObject({ ready: false, reason });
  });
});

describe('--readiness strict', () => {
  const object = { kind: 'index', identity: 'a.i', schema: 'a', table: null, facts: {} };
  const drift = driftSeen(
    [{ kind: 'unknown', object, live: object }],
    { revision, keptAt: 't', keptBy: 'pact@pod' },
    7,
  );
  const strict: ReadinessOptions = { readiness: 'strict', wanted: null, activity: null, drift };

  test('drift is a no, whatever revision is asked for', () => {
    const reason = 'drift: 1 object is not as the files made it, first index a.i (unknown)';
    expect(assessReadiness(upToDate, strict)).toMatchObject({ ready: false, reason });
    const wanted = { ...strict, wanted: revision };
    expect(assessReadiness(upToDate, wanted)).toMatchObject({ ready: false, reason });
  });

  test('files that are not applied come first, and what is not known is no drift', () => {
    expect(assessReadiness(behind, strict).reason).toBe('1 pending');
    expect(assessReadiness(upToDate, { ...strict, drift: null }).ready).toBe(true);
  });

  test.each(['applied', 'once'] as const)('drift is nothing to %s', (readiness) => {
    expect(assessReadiness(upToDate, { ...strict, readiness }).ready).toBe(true);
  });
});

describe('a database lacks migrations', () => {
  test('when it is gone, or some were never applied', () => {
    expect(needsRun({ kind: 'no-database', revision })).toBe(true);
    expect(needsRun(behind)).toBe(true);
  });

  test('a database with other content, or that cannot be seen, lacks no migrations', () => {
    expect(needsRun(seen({ 'a/1_x.sql': 'v1' }, { 'a/1_x.sql': { applied: 'v2' } }))).toBe(false);
    expect(needsRun(upToDate)).toBe(false);
    // What lint found is still there.
    expect(needsRun({ ...behind, isHeld: true })).toBe(false);
    expect(needsRun({ kind: 'unreachable', revision })).toBe(false);
    expect(needsRun({ kind: 'refused', revision, everInFull: true })).toBe(false);
    expect(needsRun({ kind: 'no-source', found: null })).toBe(false);
  });
});

test('notReady has no counts', () => {
  expect(notReady('starting', 'unknown', null)).toEqual({
    ready: false,
    reason: 'starting',
    postgres: 'unknown',
    revision: null,
    migrations: null,
  });
});
