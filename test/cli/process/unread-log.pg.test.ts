import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../support/database.js';
import { freePort, get, until } from '../../support/http.js';
import { makeTree, type Tree } from '../../support/tree.js';

const program = fileURLToPath(new URL('../../../bin/pgm.js', import.meta.url));

let database: Database;
let home: Tree;
let port: number;
let child: ChildProcess;

beforeEach(async () => {
  database = await createDatabase();
  home = await makeTree({ 'a/001_x.sql': 'select 1;' });
  port = await freePort();
  const { PATH, HOME } = process.env;
  const own = { DATABASE_URL: database.url, MIGRATIONS_DIR: home.directory };
  child = spawn(process.execPath, [program, 'watch', '--log-format', 'json'], {
    env: { PATH, HOME, ...own, HEALTH_PORT: String(port) },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  child.stdout?.pause();
});

afterEach(async () => {
  if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
  await home.remove();
  await database.drop();
});

test('a log that nobody reads neither stops pgm nor fills its memory, and SIGTERM still ends it', async () => {
  const loud = Object.fromEntries(
    Array.from({ length: 40 }, (_, at) => [
      `b/${100 + at}_x.sql`,
      "do $$ begin for i in 1..20 loop raise notice '%', repeat(i::text || 'x', 40000); end loop; end $$;",
    ]),
  );
  await until(port, '/readiness', 200);
  await home.write(loud);
  await expect
    .poll(() => database.sql`select state from pgm.migrations where filename = '139_x.sql'`)
    .toEqual([{ state: 'applied' }]);
  expect((await get(port, '/liveness')).status).toBe(200);
  const resident = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid!}/status`, 'utf8'));
  expect(Number(resident?.[1])).toBeLessThan(250_000);
  child.kill('SIGTERM');
  await once(child, 'exit');
  expect(child.exitCode).toBe(0);
});
