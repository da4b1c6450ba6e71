import { describe, expect, test } from 'vitest';
import { snapshotOf } from '../../support/memory/snapshot.js';

function refusedOf(...paths: string[]): Record<string, string> {
  const { refused } = snapshotOf(Object.fromEntries(paths.map((path) => [path, 'select 1'])));
  return Object.fromEntries(refused.map(({ path, reason }) => [path, reason]));
}

describe('a file that undoes a migration is refused, and the one that it undoes is applied', () => {
  test.each([
    ['golang-migrate', 'app/000001_users.up.sql', 'app/000001_users.down.sql'],
    ['golang-migrate', 'app_000001_users.up.sql', 'app_000001_users.down.sql'],
    ['golang-migrate', 'app/1_x.Up.sql', 'app/1_x.Down.sql'],
    ['postgrator', 'app/001.do.users.sql', 'app/001.undo.users.sql'],
    ['postgrator', 'app/001.do.sql', 'app/001.undo.sql'],
    ['yoyo', 'app/0001.x.sql', 'app/0001.x.rollback.sql'],
    ['it undoes app/001-x-up.sql', 'app/001-x-up.sql', 'app/001-x-down.sql'],
    ['it undoes app/001_x_up.sql', 'app/001_x_up.sql', 'app/001_x_down.sql'],
    ['it undoes app/001_x.sql', 'app/001_x.sql', 'app/001_x_rollback.sql'],
    ['it undoes deploy/001_x.sql', 'deploy/001_x.sql', 'revert/001_x.sql'],
    ['it undoes up/001_x.sql', 'up/001_x.sql', 'down/001_x.sql'],
  ])('%s: %s and %s', (says, forward, back) => {
    const refused = refusedOf(forward, back);
    expect(Object.keys(refused)).toEqual([back]);
    expect(refused[back]).toContain(says);
    expect(refused[back]).toContain('leave it out');
  });

  test.each(['app/000001_users.down.sql', 'app/001.undo.sql', 'app/U1__x.sql', 'U2.1__x.sql'])(
    '%s even without the other one',
    (path) => {
      expect(refusedOf(path)[path]).toContain('it undoes a migration');
    },
  );
});

describe('a layout of another tool is named', () => {
  test.each([
    ['Flyway', 'app/V1__create.sql'],
    ['Flyway', 'V2__1009_x.sql'],
    ['Flyway', 'app_V2_1__1009_x.sql'],
    ['Flyway', 'app/R__views.sql'],
    ['Prisma', '20230101120000_init/migration.sql'],
    ['Prisma', 'migrations/20230101120000_init/migration.sql'],
    ['Diesel', '2023-01-01-000000_users/up.sql'],
    ['Diesel', '2023-01-01-000000_users/down.sql'],
    ['sqitch', 'deploy/users.sql'],
    ['sqitch', 'verify/fn/greet@v1.sql'],
    ['Rails', 'structure.sql'],
  ])('%s: %s', (tool, path) => {
    expect(refusedOf(path)[path]).toContain(tool);
  });
});

test('ordinary names are fine', () => {
  const paths = [
    'app/010_scale_down.sql',
    'deploy/010_users.sql',
    'app/011_scale_up.sql',
    'app/012_undo.sql',
    'app/013_down_payments.sql',
    'app/014_rollback.sql',
    'app/015_add_v2__thing.sql',
    'app_016_add_V2__thing.sql',
    'app/017_scaledown.sql',
    'app/018_countdown.sql',
    'down/001_x.sql',
    'revert/001_y.sql',
  ];
  expect(refusedOf(...paths)).toEqual({});
});
