import { expect, test } from 'vitest';
import type { Finding, Proof } from '../../../src/core/proof/proof.js';
import { fileOf, prove } from '../../support/proof.js';

const before = `create table if not exists public.p (id int primary key);
create table if not exists public.c (id int constraint "the Key" references public.p deferrable initially deferred);
create or replace function public.check_it() returns trigger language plpgsql as $$
  begin if exists (select from public.s where n = 0) then raise 'n is 0'; end if; return null; end $$;
create table if not exists public.s (n int);
drop trigger if exists checked on public.s;
create constraint trigger checked after insert on public.s deferrable initially deferred for each row execute function public.check_it();`;

async function proofOf(texts: Readonly<Record<string, string>>): Promise<Proof> {
  const own = Object.entries(texts).map(([name, text], at) => [
    `public/${at + 2}_${name}.sql`,
    text,
  ]);
  return prove({
    'public/1_before.sql': before,
    ...(Object.fromEntries(own) as Record<string, string>),
  });
}

function failureOf(proof: Proof, name: string): Finding {
  const [finding] = fileOf(proof, name).findings.filter(({ severity }) => severity === 'error');
  if (finding === undefined) throw new Error(`${name} has no error`);
  return finding;
}

test('a deferred constraint that fails at COMMIT has its table, and the statement that left the violation', async () => {
  const proof = await proofOf({
    one: 'insert into public.p values (1);\n  insert into public.c values (1), (7);\ninsert into public.p values (2);',
    repaired:
      'insert into public.c values (20);\ninsert into public.c values (21);\ninsert into public.p values (20), (21);',
    two: 'insert into public.c values (30);\ninsert into public.c values (31);\ninsert into public.p values (30);',
    again:
      'insert into public.c values (40);\ninsert into public.p values (40);\ndelete from public.p where id = 40;',
    trigger: 'select 1;\ninsert into public.s values (0);',
  });
  const one = failureOf(proof, 'public/2_one.sql');
  expect(one.rule).toBe('fails-first-time');
  expect(one.place).toEqual({ line: 2, column: 3 });
  expect(one.excerpt?.text).toBe('  insert into public.c values (1), (7);');
  expect(one.message).toContain('(at COMMIT, constraint the Key of public.c)');
  expect(one.advice).toContain('this statement left rows that violate it');
  expect(fileOf(proof, 'public/3_repaired.sql').verdict).toBe('fails the second time');
  // After the first statement another row was at fault than at the end, and the server names only one.
  expect(failureOf(proof, 'public/4_two.sql')).toMatchObject({ place: null, excerpt: null });
  expect(failureOf(proof, 'public/4_two.sql').message).toContain('of public.c)');
  expect(failureOf(proof, 'public/4_two.sql').advice).toContain(
    'look for the rows that violate it',
  );
  expect(failureOf(proof, 'public/5_again.sql').place).toEqual({ line: 3, column: 1 });
  const trigger = failureOf(proof, 'public/6_trigger.sql');
  expect(trigger).toMatchObject({ message: 'n is 0', place: { line: 2, column: 1 } });
});

test('looking for the statement leaves nothing behind, and later files run as ever', async () => {
  const proof = await proofOf({
    fails:
      "insert into public.p values (1);\ninsert into public.c values (9);\nset work_mem = '3MB';",
    later:
      "do $$ begin if exists (select from public.p) or current_setting('work_mem') = '3MB' then raise 'left behind'; end if; end $$;",
  });
  expect(fileOf(proof, 'public/2_fails.sql').verdict).toBe('fails the first time');
  expect(fileOf(proof, 'public/3_later.sql').verdict).toBe('fit');
});
