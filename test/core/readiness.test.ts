import { describe, expect, test } from 'vitest';
import { compare, type MigrationStatus } from '../../src/core/compare.js';
import {
  assessReadiness,
  lacksMigrations,
  notReady,
  type ReadinessOptions,
  type Sight,
} from '../../src/core/readiness.js';
import { judge } from '../../src/core/report.js';
import { historyOf, type Tried } from '../support/memory/history.js';
import { type Files, snapshotOf } from '../support/memory/snapshot.js';

const revision = 'abcdef0123456789';
const usual: ReadinessOptions = {
  readiness: 'applied',
  wanted: null,
  attempted: null,
  activity: null,
};

function seen(
  files: Files,
  tried: Readonly<Record<string, Tried>>,
  kept: readonly string[] = [],
): Extract<Sight, { kind: 'compared' }> {
  const statuses: readonly MigrationStatus[] = compare(snapshotOf(files), historyOf(tried));
  const pinned = new Set(kept);
  const verdict = judge(statuses, { allowEmpty: false, onChange: 'rerun', pinned });
  return { kind: 'compared', revision, statuses, verdict, kept: pinned };
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
    [{ kind: 'no-source' }, 'migrations directory not found', 'unknown'],
    [{ kind: 'unreachable', revision }, 'postgres unreachable', 'down'],
    [{ kind: 'no-database', revision }, 'database does not exist', 'up'],
    [{ kind: 'refused', revision }, 'postgres refuses to show the history', 'up'],
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

  test('counts under --readiness attempted too', () => {
    const options: ReadinessOptions = { ...usual, readiness: 'attempted', wanted: 'b' };
    expect(assessReadiness(upToDate, options).ready).toBe(false);
  });
});

describe('--readiness attempted', () => {
  const attempted: ReadinessOptions = { ...usual, readiness: 'attempted' };

  test('is given although a file failed and what follows it is held', () => {
    const sight = seen({ 'a/1_x.sql': 'x', 'a/2_x.sql': 'x' }, { 'a/1_x.sql': { failed: 'x' } });
    expect(assessReadiness(sight, usual)).toMatchObject({ ready: false });
    expect(assessReadiness(sight, attempted)).toMatchObject({ ready: true, reason: null });
  });

  test('is not given while another schema waits for its turn', () => {
    const sight = seen({ 'a/1_x.sql': 'x', 'b/1_x.sql': 'x' }, { 'a/1_x.sql': { failed: 'x' } });
    expect(assessReadiness(sight, attempted)).toMatchObject({ ready: false });
  });

  test('is given beside a file that was edited and is kept as it is', () => {
    const files = { 'a/1_x.sql': 'v2', 'b/1_x.sql': 'x' };
    const tried = { 'a/1_x.sql': { applied: 'v1' }, 'b/1_x.sql': { failed: 'x' } };
    expect(assessReadiness(seen(files, tried, ['a/1_x.sql']), attempted).ready).toBe(true);
    expect(assessReadiness(seen(files, tried), attempted).ready).toBe(false);
  });

  test('is not given where nothing was tried at all', () => {
    expect(assessReadiness(behind, attempted)).toMatchObject({ ready: false });
    expect(assessReadiness(seen({}, {}), attempted)).toMatchObject({ ready: false });
  });

  test('goes by the run where there is one, also for what is held across schemas', () => {
    const sight = seen({ 'a/1_x.sql': 'x', 'b/1_x.sql': 'x' }, { 'a/1_x.sql': { failed: 'x' } });
    expect(assessReadiness(sight, { ...attempted, attempted: revision }).ready).toBe(true);
    expect(assessReadiness(sight, { ...attempted, attempted: 'an older one' }).ready).toBe(false);
    expect(assessReadiness(sight, { ...usual, attempted: revision }).ready).toBe(false);
  });
});

describe('a database lacks migrations', () => {
  test('when it is gone, or some were never applied', () => {
    expect(lacksMigrations({ kind: 'no-database', revision })).toBe(true);
    expect(lacksMigrations(behind)).toBe(true);
  });

  test('not when another runner applied other content, nor when nothing can be seen', () => {
    expect(lacksMigrations(seen({ 'a/1_x.sql': 'v1' }, { 'a/1_x.sql': { applied: 'v2' } }))).toBe(
      false,
    );
    expect(lacksMigrations(upToDate)).toBe(false);
    expect(lacksMigrations({ kind: 'unreachable', revision })).toBe(false);
    expect(lacksMigrations({ kind: 'refused', revision })).toBe(false);
    expect(lacksMigrations({ kind: 'no-source' })).toBe(false);
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
