import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, type Database, hasRelation } from '../../support/database.js';
import { freePort, get, unreadyReason, until } from '../../support/http.js';
import { Kubelet } from '../../support/kubelet.js';
import { pgm, RunningPgm } from '../../support/pgm.js';
import { makeTree, type Tree } from '../../support/tree.js';

let database: Database;
let tree: Tree;
let running: RunningPgm | null = null;

beforeEach(async () => {
  database = await createDatabase();
  tree = await makeTree();
});

afterEach(async () => {
  await running?.stop('SIGKILL');
  running = null;
  await tree.remove();
  await database.drop();
});

const orders = 'CREATE TABLE IF NOT EXISTS orders (id int PRIMARY KEY, at date);\n';
const index = 'CREATE INDEX IF NOT EXISTS orders_at ON orders (at);\n';
const concurrently = 'CREATE INDEX CONCURRENTLY IF NOT EXISTS orders_at ON orders (at);\n';

const migrate = (...args: string[]) =>
  pgm(['migrate', '--dir', tree.directory, ...args], { DATABASE_URL: database.url });

describe('pgm migrate --lint', () => {
  test('sends nothing of a revision with a finding, not even files without one, and prints it as pgm lint does', async () => {
    await tree.write({ 'app/001_a.sql': orders, 'app/002_s.sql': 'CREATE SCHEMA s;\n' });
    const { exitCode, stdout } = await migrate('--lint', 'error');
    expect(exitCode).toBe(1);
    expect(stdout).toContain(
      `${tree.directory}/app/002_s.sql:1:1: error: run a second time, it fails: the schema already exists [create-without-if-not-exists]\n    1 | CREATE SCHEMA s;\n      | ^\n    to do: write CREATE SCHEMA IF NOT EXISTS\n`,
    );
    expect(stdout).toMatch(/✖ 2 files, applied to \S+: 1 error\n/);
    expect(stdout).toContain(
      'not all migrations are applied: lint found 1 error, first create-without-if-not-exists in app/002_s.sql:1:1: 2 pending',
    );
    expect(await hasRelation(database, 'orders')).toBe(false);
    expect(await hasRelation(database, 'pgm.migrations')).toBe(false);
  });

  test('off, the default, applies the same files', async () => {
    await tree.write({ 'app/001_a.sql': orders, 'app/002_s.sql': 'CREATE SCHEMA s;\n' });
    const off = await migrate('--lint', 'off');
    expect([off.exitCode, await hasRelation(database, 'orders')]).toEqual([0, true]);
    expect((await migrate()).exitCode).toBe(0);
  });

  test('judges locks by the history: the index waits for a table that is applied, and for none that is new', async () => {
    await tree.write({ 'app/001_a.sql': orders, 'app/002_i.sql': index });
    expect((await migrate('--lint', 'warning', '--to', 'app/001')).exitCode).toBe(0);
    const held = await migrate('--lint', 'warning', '--json');
    expect(held.exitCode).toBe(1);
    expect(JSON.parse(held.stdout)).toMatchObject({
      applied: [],
      upToDate: false,
      lint: {
        counts: { errors: 0, warnings: 1 },
        files: [
          { key: 'app/001_a.sql', due: false, findings: [] },
          { due: true, findings: [{ rule: 'index-without-concurrently', place: { line: 1 } }] },
        ],
      },
    });
    expect((await migrate('--lint', 'error')).exitCode).toBe(0);
    await database.sql`drop schema pgm cascade`;
    await database.sql`drop table orders`;
    const fresh = await migrate('--lint', 'warning', '--json');
    expect(fresh.exitCode, fresh.stdout).toBe(0);
    expect(JSON.parse(fresh.stdout)).toMatchObject({ lint: null, upToDate: true });
  });

  test('findings in files that are in place hold nothing up', async () => {
    await tree.write({ 'app/001_s.sql': 'CREATE SCHEMA s;\n' });
    expect((await migrate()).exitCode).toBe(0);
    await tree.write({ 'app/002_a.sql': orders });
    expect((await migrate('--lint', 'warning')).exitCode).toBe(0);
    expect(await hasRelation(database, 'orders')).toBe(true);
  });

  test('obeys pgm.lint.yaml and refuses a wrong one; a dry run says what it found and exits with 1', async () => {
    await tree.write({ 'app/001_s.sql': 'CREATE SCHEMA s;\n' });
    const dry = await migrate('--lint', 'error', '--dry-run');
    expect([dry.exitCode, dry.stdout]).toEqual([1, expect.stringContaining('1 error')]);
    expect(dry.stdout).not.toContain('would apply');
    await tree.write({ 'pgm.lint.yaml': 'rules: [' });
    expect((await migrate('--lint', 'error')).exitCode).toBe(2);
    await tree.write({ 'pgm.lint.yaml': 'rules:\n  create-without-if-not-exists: off\n' });
    expect((await migrate('--lint', 'error')).exitCode).toBe(0);
  });
});

describe('pgm lint --database-url', () => {
  const lint = (args: readonly string[], env: Readonly<Record<string, string>> = {}) =>
    pgm(['lint', '--dir', tree.directory, '--fail-on', 'warning', ...args], env);
  const nowhere = 'postgresql://nobody@127.0.0.1:1/none';

  test('takes what the history says is applied for deployed, by flag or by its own variable', async () => {
    await tree.write({ 'app/001_a.sql': orders });
    expect((await migrate()).exitCode).toBe(0);
    await tree.write({ 'app/002_b.sql': `CREATE TABLE IF NOT EXISTS b (id int);\n` });
    await tree.write({ 'app/003_i.sql': `${index}CREATE INDEX IF NOT EXISTS b_id ON b (id);\n` });
    for (const found of [
      await lint(['--database-url', database.url], { PGM_DATABASE_URL: nowhere }),
      await lint([], { PGM_LINT_DATABASE_URL: database.url, PGM_DATABASE_URL: nowhere }),
    ]) {
      expect(found.stdout, found.stderr).toContain('003_i.sql:1:1: warning: CREATE INDEX');
      expect(found.stdout).toMatch(/⚠ 3 files, applied to \S+: 1 warning\n/);
      expect(found.exitCode).toBe(1);
    }
  });

  test('connects to nothing that DATABASE_URL or PGM_DATABASE_URL names', async () => {
    await tree.write({ 'app/001_a.sql': orders });
    const env = { DATABASE_URL: nowhere, PGM_DATABASE_URL: nowhere };
    expect(await lint([], env)).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('✅ 1 file: nothing found\n') as string,
    });
  });

  test('is refused together with --applied-to, and names itself when the database is not there', async () => {
    await tree.write({ 'app/001_a.sql': orders });
    const both = await lint(['--database-url', database.url, '--applied-to', 'main']);
    expect([both.exitCode, both.stderr]).toEqual([
      2,
      expect.stringContaining('--applied-to and --database-url are both given'),
    ]);
    const gone = await lint(['--database-url', `${database.url}_gone`]);
    expect([gone.exitCode, gone.stderr]).toEqual([
      2,
      expect.stringMatching(/--database-url: \S+_gone does not exist/),
    ]);
  });

  test('waits for the database as long as --wait-timeout says', async () => {
    await tree.write({ 'app/001_a.sql': orders });
    const away = await lint(['--database-url', nowhere, '--wait-timeout', '0s']);
    expect([away.exitCode, away.stderr]).toEqual([
      4,
      expect.stringMatching(/was not reachable within 0 s: .*wait longer with --wait-timeout/),
    ]);
  });
});

describe('pgm watch --lint', () => {
  let port: number;

  async function watch(...args: string[]): Promise<RunningPgm> {
    port = await freePort();
    running = new RunningPgm(
      ['watch', '--dir', `${tree.directory}/mount`, '--health-port', String(port), ...args],
      { DATABASE_URL: database.url },
    );
    return running;
  }

  const mounted = (files: Readonly<Record<string, string>>) =>
    Kubelet.mount(`${tree.directory}/mount`, files);

  test('keeps what is applied when a revision has findings, and applies the next one without', async () => {
    const first = { 'app_001_a.sql': orders };
    const kubelet = mounted(first);
    const watching = await watch('--lint', 'warning');
    await until(port, '/readiness', 200);
    const from = await watching.printed(/✅ All migrations applied/);
    const more = { 'app_003_b.sql': 'CREATE TABLE IF NOT EXISTS b (id int);\n' };
    kubelet.swap({ ...first, 'app_002_i.sql': index, ...more });
    const reason =
      'lint found 1 warning, first index-without-concurrently in app_002_i.sql:1:1: 2 pending';
    await expect.poll(() => unreadyReason(port), { timeout: 60_000 }).toBe(reason);
    expect(await hasRelation(database, 'b')).toBe(false);
    expect((await get(port, '/status')).body['lint']).toMatchObject({
      ...{ errors: 0, warnings: 1 },
      findings: [{ rule: 'index-without-concurrently', path: 'app_002_i.sql' }],
    });
    const scraped = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    expect(await scraped()).toContain('pgm_lint_findings{severity="warning"} 1');
    const page = await (await fetch(`http://127.0.0.1:${port}/`)).text();
    expect(page).toContain('app_002_i.sql:1:1');
    // Asked to try, it looks again and has nothing new to say.
    watching.child.kill('SIGHUP');
    const again = await watching.printed(/SIGHUP/, from);
    kubelet.swap({ ...first, 'app_002_i.sql': concurrently, ...more });
    await watching.printed(/✅ All migrations applied/, again);
    await until(port, '/readiness', 200);
    expect([await hasRelation(database, 'b'), await hasRelation(database, 'orders_at')]).toEqual([
      true,
      true,
    ]);
    expect(watching.output.match(/\[index-without-concurrently\]/g)).toHaveLength(1);
    expect((await get(port, '/status')).body['lint']).toBe(null);
    await expect.poll(scraped, { timeout: 60_000 }).toContain('severity="warning"} 0');
  });

  test('with --readiness once it stays ready, and says so in /status', async () => {
    const first = { 'app_001_a.sql': orders };
    const kubelet = mounted(first);
    const watching = await watch('--lint', 'warning', '--readiness', 'once');
    await until(port, '/readiness', 200);
    kubelet.swap({ ...first, 'app_002_i.sql': index });
    await watching.printed(/not all migrations are applied: lint found 1 warning/);
    expect((await get(port, '/readiness')).status).toBe(200);
    expect((await get(port, '/status')).body['lint']).toMatchObject({ warnings: 1 });
  });

  test('a wrong pgm.lint.yaml is told, and a fixed one is followed at SIGHUP', async () => {
    mounted({ 'app_001_s.sql': 'CREATE SCHEMA s;\n', 'pgm.lint.yaml': 'rules: {x: off}\n' });
    const watching = await watch('--lint', 'error');
    await watching.printed(/pgm\.lint\.yaml:1:9: "x" is not known/);
    await tree.write({ 'mount/pgm.lint.yaml': 'rules: {create-without-if-not-exists: off}\n' });
    watching.child.kill('SIGHUP');
    await until(port, '/readiness', 200);
  });
});
