import { beforeAll, describe, expect, test } from 'vitest';
import type { TableTrace } from '../../../src/core/proof/database/locks.js';
import type { Proof } from '../../../src/core/proof/proof.js';
import { type Files, fileOf, prove, type Proving } from '../../support/proof.js';
import { asAdmin, testServer } from '../../support/server.js';

/** A table for the file of this name, with a row in it. */
function tableFor(name: string): string {
  return `create table if not exists public.t_${name} (id int primary key, a int, v varchar(9));
insert into public.t_${name} values (1, 1, 'x') on conflict do nothing;`;
}

/** Each file behind one that makes its table: `{t}` in the file `waits`, which is `public/2_waits.sql`. */
function filesOf(texts: Files): Files {
  const own = Object.entries(texts).map(([name, text]) => {
    return [`public/2_${name}.sql`, text.replaceAll('{t}', `public.t_${name}`)] as const;
  });
  const before = Object.keys(texts).map(tableFor).join('\n');
  return { 'public/1_before.sql': before, ...Object.fromEntries(own) };
}

const proofOf = (texts: Files, proving: Proving = {}): Promise<Proof> =>
  prove(filesOf(texts), proving);

/** What was seen of the tables of each statement. */
function seenIn(proof: Proof, name: string): readonly TableTrace[] {
  return fileOf(proof, `public/2_${name}.sql`).statements.flatMap(({ tables }) => tables);
}

function messagesOf(proof: Proof, name: string): readonly string[] {
  return fileOf(proof, `public/2_${name}.sql`).findings.map(({ message }) => message);
}

describe('how long others would wait', () => {
  let proof: Proof;
  beforeAll(async () => {
    proof = await proofOf({
      first: 'alter table {t} alter a set not null;\nselect 1;\nselect 2;',
      last: 'alter table {t} alter a set not null;',
      held: 'alter table {t} alter v set default 1;\nalter table {t} alter a set not null;\nselect 1;',
      stronger: 'create index if not exists t_a on {t} (a);\nalter table {t} alter a set not null;',
      header: '-- pgm:lock-timeout 90s\nalter table {t} alter a set not null;',
      never: 'set lock_timeout = 0;\nalter table {t} alter a set not null;',
      long: "set local lock_timeout = '5min';\nalter table {t} alter a set not null;",
      reset: 'reset lock_timeout;\nalter table {t} alter a set not null;',
      millis: "set lock_timeout = '250ms';\ncreate index if not exists t_a on {t} (a);",
      outside: 'create index concurrently if not exists t_v on {t} (v);',
      outside_never:
        '-- pgm:no-transaction\nset lock_timeout = 0;\ncreate index if not exists t_o on {t} (v);',
      outside_header:
        '-- pgm:no-transaction\n-- pgm:lock-timeout 7s\ncreate index if not exists t_p on {t} (v);',
    });
  });

  test('ends when the file is committed, so many statements later, and each try waits for the lock up to its limit', () => {
    expect(seenIn(proof, 'first').map(({ wait }) => wait)).toEqual([
      {
        shutOut: 'readers and writers',
        until: 'commit',
        statementsAfter: 2,
        isHeldBefore: false,
        lockTimeoutMs: 10_000,
        tries: 5,
      },
    ]);
    expect(messagesOf(proof, 'first')).toEqual([
      'ALTER TABLE reads all of public.t_first while readers and writers wait (ACCESS EXCLUSIVE) until the file is committed, 2 statements later; before that, while it waits for the lock itself, up to 10 s in each of 5 tries',
    ]);
    expect(messagesOf(proof, 'last')[0]).toContain('until the file is committed, right after it;');
  });

  test('has no wait for a lock that the file has from an earlier statement, but for a stronger one it has', () => {
    expect(seenIn(proof, 'held').map(({ wait: { isHeldBefore } }) => isHeldBefore)).toEqual([
      false,
      true,
    ]);
    expect(messagesOf(proof, 'held')[0]).toMatch(
      /1 statement later; the file already has the lock$/,
    );
    expect(
      seenIn(proof, 'stronger').map(({ lock, wait: { shutOut, isHeldBefore } }) => [
        lock,
        shutOut,
        isHeldBefore,
      ]),
    ).toEqual([
      ['SHARE', 'writers', false],
      ['ACCESS EXCLUSIVE', 'readers and writers', false],
    ]);
  });

  test('follows lock_timeout as the header, the command line or the file itself sets it', async () => {
    const limits = Object.fromEntries(
      ['header', 'never', 'long', 'reset', 'millis'].map((name) => [
        name,
        seenIn(proof, name)[0]?.wait.lockTimeoutMs,
      ]),
    );
    expect(limits).toEqual({ header: 90_000, never: 0, long: 300_000, reset: 0, millis: 250 });
    expect(messagesOf(proof, 'header')[0]).toContain('up to 1 min 30 s in each of 5 tries');
    expect(messagesOf(proof, 'never')[0]).toMatch(
      /while it waits for the lock itself, without limit \(lock_timeout is 0\)$/,
    );
    expect(messagesOf(proof, 'long')[0]).toContain('up to 5 min in each of 5 tries');
    const other = await proofOf(
      { one: 'alter table {t} alter a set not null;' },
      { lockTimeoutMs: 2_500 },
    );
    expect(messagesOf(other, 'one')[0]).toContain('up to 2.5 s in each of 5 tries');
  });

  test('ends with the statement outside a transaction', () => {
    expect(seenIn(proof, 'outside')[0]?.wait).toEqual({
      shutOut: 'other definitions',
      until: 'end of statement',
      statementsAfter: 0,
      isHeldBefore: false,
      lockTimeoutMs: 10_000,
      tries: 5,
    });
    expect(seenIn(proof, 'outside_never')[0]?.wait).toMatchObject({
      until: 'end of statement',
      lockTimeoutMs: 0,
    });
    expect(seenIn(proof, 'outside_header')[0]?.wait).toMatchObject({ lockTimeoutMs: 7_000 });
  });

  test('leaves no file another result: one that takes a setting over from its session is fit', async () => {
    const one = await proofOf({
      current:
        'create or replace function public.f() returns int language sql set lock_timeout from current as $$ select 1 $$;',
    });
    expect(fileOf(one, 'public/2_current.sql').verdict).toBe('fit');
  });
});

describe('why a table is written anew', () => {
  const rewriting: Files = {
    persistence: 'alter table {t} set unlogged;',
    default: 'alter table {t} add column if not exists r float8 default random();',
    type: 'alter table {t} alter a type bigint;',
    both: 'alter table {t} alter v type varchar(3), add column if not exists n int generated always as (id + 1) stored;',
    second:
      'alter table {t} alter a type bigint;\nalter table {t} add column if not exists r float8 default random();',
    replica: 'set session_replication_role = replica;\nalter table {t} alter a type numeric;',
    truncated: 'truncate {t};',
  };
  const reasonsIn = (proof: Proof): Readonly<Record<string, readonly unknown[]>> =>
    Object.fromEntries(
      Object.keys(rewriting).map((name) => [
        name,
        seenIn(proof, name).map((each) => each.rewriteReasons),
      ]),
    );
  const seen = {
    persistence: [['persistence']],
    default: [['default']],
    type: [['type']],
    both: [['default', 'type']],
    second: [['type'], ['default']],
    replica: [['type']],
    truncated: [[]],
  };

  test('is told with its reason, as the server says, with rows and without', async () => {
    const proof = await proofOf(rewriting);
    expect(reasonsIn(proof)).toEqual(seen);
    expect(messagesOf(proof, 'type')[0]).toMatch(
      /^ALTER TABLE rewrites all of public\.t_type \(a column gets another type\) while readers and writers wait/,
    );
    const bare = await proofOf({ type: rewriting['type'] ?? '' }, { rows: 0 });
    expect(seenIn(bare, 'type').map((each) => each.rewriteReasons)).toEqual([['type']]);
  });

  test.skipIf(Number(testServer().version.split('.')[0]) < 15)(
    'may be another access method',
    async () => {
      const proof = await proofOf({
        method:
          "do $$ begin if not exists (select from pg_am where amname = 'other') then create access method other type table handler heap_tableam_handler; end if; end $$;\nalter table {t} set access method other;",
      });
      expect(seenIn(proof, 'method').map((each) => each.rewriteReasons)).toEqual([
        ['access method'],
      ]);
    },
  );

  test('leaves nothing in the database that a file or the comparison of catalogs would see', async () => {
    const proof = await proofOf({
      first: 'alter table {t} alter a type bigint;',
      look: "do $$ begin if exists (select from pg_event_trigger where evtfoid <> coalesce(to_regproc('public.e')::oid, 0)) or exists (select from pg_proc where proname ~ 'pgm') or current_setting('pgm.rewrites', true) <> '' then raise 'left behind'; end if; end $$;",
      taken:
        "do $$ begin if not exists (select from pg_event_trigger where evtname = 'pgm_rewrites') then create function public.e() returns event_trigger language plpgsql as 'begin end'; create event trigger pgm_rewrites on ddl_command_end execute function public.e(); end if; end $$;",
      u: 'alter table {t} alter a type bigint;',
    });
    expect(proof.files.flatMap(({ findings }) => findings.map(({ rule }) => rule))).toEqual([
      'rewrites-table',
      'rewrites-table',
    ]);
    expect(proof.notCompared).toEqual([]);
    expect(seenIn(proof, 'u').map((each) => [each.isRewritten, each.rewriteReasons])).toEqual([
      [true, []],
    ]);
  });

  test('is left out for a role that may not ask, without a word', async () => {
    const role = `creator_${process.pid}`;
    await asAdmin((sql) => sql.unsafe(`create role ${role} login createdb password 'x'`));
    try {
      const server = { ...testServer(), user: role, password: 'x' };
      const files = {
        'app/1_before.sql':
          'create schema if not exists app; create table if not exists app.t (a int);',
        'app/2_type.sql': 'alter table app.t alter a type bigint;',
      };
      // With a base, so that all is asked that verify ever asks.
      const proof = await prove(files, { server, base: {} });
      const { statements, findings } = fileOf(proof, 'app/2_type.sql');
      expect(statements[0]?.tables[0]).toMatchObject({ isRewritten: true, rewriteReasons: [] });
      expect(findings.map(({ message }) => message)).toEqual([
        expect.stringMatching(/^ALTER TABLE rewrites all of app\.t while readers/),
      ]);
    } finally {
      await asAdmin((sql) => sql.unsafe(`drop role ${role}`));
    }
  });
});
