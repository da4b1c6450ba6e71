import { beforeAll, describe, expect, test } from 'vitest';
import type { Proof } from '../../src/core/proof/proof.js';
import { fileOf, foundIn, prove } from '../support/proof.js';

const before = `create schema if not exists app;
create table if not exists app.users (id bigint primary key, email varchar(40) unique, age int, parent bigint references app.users);
create table if not exists app.orders (id bigint, part int, user_id bigint not null, total numeric(12,2), primary key (id, part));
create table if not exists app.notes (body varchar(40));
create table if not exists app.codes (code text not null check (code ~ '^[A-Z]{7}$'));`;

const files = {
  'app/001_before.sql': before,
  'app/002_not_null.sql': 'alter table app.users alter column age set not null;',
  'app/003_proved.sql':
    'alter table app.users drop constraint if exists e;\nalter table app.users add constraint e check (email is not null) not valid;',
  'app/004_validated.sql':
    'alter table app.users validate constraint e;\nalter table app.users alter column email set not null;',
  'app/005_key.sql':
    'alter table app.orders drop constraint if exists u, add constraint u foreign key (user_id) references app.users;',
  'app/006_type.sql': 'alter table app.orders alter column part type bigint;',
  'app/007_wider.sql': 'alter table app.notes alter column body type varchar(80);',
  'app/008_own.sql':
    'create table if not exists app.own (a int);\ncreate index if not exists own_a on app.own (a);\nalter table app.own alter column a set not null;',
  'app/009_codes.sql': 'alter table app.codes alter column code type varchar(9);',
  'app/010_outside.sql': 'create index concurrently if not exists x on app.users (age);',
};

/** What each file did: `2 users ACCESS EXCLUSIVE scanned`. */
function tracesIn(proof: Proof, key: string): readonly string[] {
  return fileOf(proof, key).statements.flatMap(({ place, tables }) =>
    tables.map(({ table, lock, isRewritten, isScanned }) =>
      [
        place.line,
        table.replace('app.', ''),
        lock,
        ...(isRewritten ? ['rewritten'] : []),
        ...(isScanned ? ['scanned'] : []),
      ].join(' '),
    ),
  );
}

describe('what a statement does to tables that were there before its file', () => {
  let proof: Proof;
  beforeAll(async () => {
    proof = await prove(files, { rows: 10 });
  });

  test('is a scan under the strongest lock for SET NOT NULL, which is a warning', () => {
    expect(tracesIn(proof, 'app/002_not_null.sql')).toEqual(['1 users ACCESS EXCLUSIVE scanned']);
    expect(foundIn(proof, 'app/002_not_null.sql')).toEqual(['1:1 scans-locked-table']);
  });

  test('is no scan where a valid CHECK proves it, and VALIDATE lets writers in', () => {
    expect(tracesIn(proof, 'app/004_validated.sql')).toEqual([
      '1 users SHARE UPDATE EXCLUSIVE scanned',
      '2 users ACCESS EXCLUSIVE',
    ]);
    expect(foundIn(proof, 'app/004_validated.sql')).toEqual([]);
  });

  test('is a scan of both tables for a foreign key', () => {
    expect(tracesIn(proof, 'app/005_key.sql').toSorted()).toEqual([
      '1 orders ACCESS EXCLUSIVE scanned',
      '1 users SHARE ROW EXCLUSIVE scanned',
    ]);
  });

  test('is a rewrite for another type, and none for a wider one', () => {
    expect(tracesIn(proof, 'app/006_type.sql')).toEqual([
      '1 orders ACCESS EXCLUSIVE rewritten scanned',
    ]);
    expect(tracesIn(proof, 'app/007_wider.sql')).toEqual(['1 notes ACCESS EXCLUSIVE']);
  });

  test('is not told of tables that the file itself has made', () => {
    expect(tracesIn(proof, 'app/008_own.sql')).toEqual([]);
    expect(foundIn(proof, 'app/008_own.sql')).toEqual([]);
  });

  test('cannot be seen where no rows can be made up, which is told', () => {
    expect(fileOf(proof, 'app/009_codes.sql').withoutRows).toEqual(['app.codes']);
    expect(fileOf(proof, 'app/006_type.sql').withoutRows).toEqual([]);
  });

  test('is watched from another session outside a transaction', () => {
    expect(tracesIn(proof, 'app/010_outside.sql')).toEqual(['1 users SHARE UPDATE EXCLUSIVE']);
  });

  test('leaves no row behind that was made up', async () => {
    const seen = await prove(
      {
        ...files,
        'app/011_count.sql':
          "do $$ begin if exists (select from app.users) then raise 'rows'; end if; end $$;",
      },
      { rows: 10 },
    );
    expect(fileOf(seen, 'app/011_count.sql').verdict).toBe('fit');
  });
});

test('without rows no scan is seen, but locks are', async () => {
  const proof = await prove(files, { rows: 0 });
  expect(tracesIn(proof, 'app/002_not_null.sql')).toEqual(['1 users ACCESS EXCLUSIVE']);
});
