import { expect, test } from 'vitest';
import { pgm } from '../support/pgm.js';
import { startServer, urlFor } from '../support/server.js';
import { startStandby } from '../support/standby.js';
import { makeTree } from '../support/tree.js';

test('pgm schema prints of a standby what the primary has', async () => {
  const tree = await makeTree({
    'a/001_one.sql': 'create schema a; create table a.one (id int primary key, name text);',
  });
  const primary = await startServer();
  const made = urlFor('postgres', {}, primary);
  await pgm(['migrate', '--dir', tree.directory], { DATABASE_URL: made });
  const standby = await startStandby(primary);
  const [there, here] = await Promise.all([
    pgm(['schema'], { DATABASE_URL: made }),
    pgm(['schema'], { DATABASE_URL: urlFor('postgres', {}, standby) }),
  ]);
  await standby.remove();
  await primary.remove();
  await tree.remove();
  expect(here.stdout).toBe(there.stdout);
  expect(here).toMatchObject({ exitCode: 0 });
  expect(here.stdout).toContain('CREATE TABLE a.one');
});
