import { expect, test } from 'vitest';
import type { Ran } from '../../support/run.js';
import { useTrials } from '../../faults/trial.js';

const begin = useTrials();

function notices({ events }: Ran): readonly string[] {
  return events.flatMap((event) =>
    event.kind === 'notice' ? [`${event.notice.severity}: ${event.notice.message}`] : [],
  );
}

test('a password of the file is in no notice of the server, whatever the file makes it say', async () => {
  const trial = await begin();
  const role = `role_of_${trial.name}`;
  const ran = await trial.run({
    'a/001_x.sql': `
do $$
declare secret text := 'correcthorse';
begin
  raise notice 'x %', 'hunter2';
  raise warning 'secret is %', secret;
  raise notice 'running %', format('create role x password %L', 'hunter2');
  execute format('create role ${role} password %L', 'hunter2');
  raise notice 'nothing to hide';
end $$;
create table if not exists pg_temp.hunters ();
create table if not exists pg_temp.hunters ();
drop role ${role};`,
    'a/002_x.sql': `-- pgm:no-transaction
do $$ begin raise notice 'x %', 'hunter2'; end $$;`,
  });
  expect(ran.report.statuses.map(({ state }) => state)).toEqual(['applied', 'applied']);
  expect(notices(ran)).toEqual([
    'NOTICE: x •••',
    'WARNING: secret is •••',
    "NOTICE: running create role x password '•••'",
    'NOTICE: nothing to hide',
    'NOTICE: relation "hunters" already exists, skipping',
    'NOTICE: x •••',
  ]);
  expect(JSON.stringify(ran.events.filter(({ kind }) => kind !== 'source-read'))).not.toMatch(
    /hunter2|correcthorse/,
  );
});
