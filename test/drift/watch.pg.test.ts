import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';
import { freePort, get, until } from '../support/http.js';
import { RunningPgm } from '../support/pgm.js';
import { asAdmin } from '../support/server.js';
import { makeTree, type Tree } from '../support/tree.js';
import { filesOf, handMadeBy } from './hand-made.js';

const role = `night_${randomBytes(4).toString('hex')}`;
let database: Database;
let home: Tree;
let running: RunningPgm | null = null;
let port: number;

beforeEach(async () => {
  database = await createDatabase();
  home = await makeTree();
  port = await freePort();
  await asAdmin((admin) => admin.unsafe(`create role ${role}`));
});

afterEach(async () => {
  await running?.stop('SIGKILL');
  running = null;
  await home.remove();
  await database.drop();
  await asAdmin((admin) => admin.unsafe(`drop role ${role}`));
});

async function watch(...args: string[]): Promise<RunningPgm> {
  const watching = new RunningPgm(
    [
      ...['watch', '--dir', home.directory, '--health-port', String(port)],
      ...['--drift-interval', '1s', '--catalog-timeout', '60s', ...args],
    ],
    { DATABASE_URL: database.url },
  );
  running = watching;
  await until(port, '/readiness', 200);
  return watching;
}

interface Drift {
  readonly count: number;
  readonly checkedAt: string;
  readonly objects: readonly { drift: string; kind: string; identity: string }[];
}

async function drift(): Promise<Drift | null> {
  return (await get(port, '/status')).body['drift'] as Drift | null;
}

async function named(): Promise<readonly (readonly [string, string])[]> {
  const seen = await drift();
  return (seen?.objects ?? []).map((each) => [each.drift, `${each.kind} ${each.identity}`]);
}

/** Until it has looked at what is there now. */
async function looked(): Promise<void> {
  const before = Date.now();
  await expect
    .poll(async () => Date.parse((await drift())?.checkedAt ?? '1970-01-01'), { timeout: 60_000 })
    .toBeGreaterThan(before);
}

const isOver = /the drift is over: the database is again as revision/;

describe('pgm watch at rest', { timeout: 300_000 }, () => {
  test('names each of twenty hand-made drifts in one warning, and says once that it is over', async () => {
    await home.write(filesOf(role));
    const watching = await watch();
    await looked();
    const [{ owner } = { owner: '' }] = await database.sql<
      [{ owner: string }]
    >`select current_user as owner`;
    const drifts = handMadeBy(role, owner);
    expect(drifts.length).toBeGreaterThanOrEqual(20);
    const told: Record<string, unknown> = {};
    let at = watching.output.length;
    for (const { what, sql, undo } of drifts) {
      await database.sql.unsafe(sql);
      at = await watching.printed(/drift: \d+ objects? differs?/, at);
      told[what] = await named();
      await database.sql.unsafe(undo);
      at = await watching.printed(isOver, at);
    }
    expect(told).toEqual(Object.fromEntries(drifts.map(({ what, found }) => [what, found])));
    const lines = watching.output.split('\n').filter((line) => /drift/.test(line));
    expect(lines.filter((line) => /drift: /.test(line))).toHaveLength(drifts.length);
    expect(lines.filter((line) => isOver.test(line))).toHaveLength(drifts.length);
    expect(watching.output).not.toMatch(/not known whether/);
  });
});
