import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase, type Database } from '../../support/database.js';
import { freePort, get, until } from '../../support/http.js';
import { pgm, RunningPgm } from '../../support/pgm.js';
import { makeTree, type Tree } from '../../support/tree.js';

const program = fileURLToPath(new URL('../../../bin/pgm.js', import.meta.url));
const isRoot = process.getuid?.() === 0;
const needsRoot = 'a container of its own: only root makes one, by unshare';

let database: Database;
let home: Tree;
let port: number;
let scratch: string;
let children: ChildProcess[] = [];
let running: RunningPgm | null = null;

beforeEach(async () => {
  database = await createDatabase();
  home = await makeTree();
  port = await freePort();
  scratch = mkdtempSync(join(tmpdir(), 'pgm-test-'));
});

afterEach(async () => {
  for (const child of children) {
    if (child.exitCode === null && child.kill('SIGKILL')) await once(child, 'exit');
  }
  children = [];
  await running?.stop('SIGKILL');
  running = null;
  rmSync(scratch, { recursive: true });
  await home.remove();
  await database.drop();
});

function env(): Record<string, string> {
  const { PATH = '', HOME = '' } = process.env;
  const own = { DATABASE_URL: database.url, MIGRATIONS_DIR: home.directory };
  return { PATH, HOME, ...own, HEALTH_PORT: String(port) };
}

function watch(args: readonly string[] = [], more: Record<string, string> = {}): RunningPgm {
  running = new RunningPgm(['watch', ...args], { ...env(), ...more });
  return running;
}

/** A program with arguments of its own, such as a shell with a pipe in it. */
function run(
  command: string,
  args: readonly string[],
  stdout: 'pipe' | 'ignore' = 'ignore',
): ChildProcess {
  const child = spawn(command, args, { env: env(), stdio: ['ignore', stdout, 'pipe'] });
  children.push(child);
  return child;
}

async function exitCodeOf(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null) await once(child, 'exit');
  return child.exitCode;
}

async function isApplied(file: string): Promise<void> {
  await expect
    .poll(async () => {
      const rows =
        await database.sql`select filename from pgm.migrations where state = 'applied'`.catch(
          () => [],
        );
      return rows.map(({ filename }) => String(filename));
    })
    .toContain(file);
}

describe('as the first process of a container', () => {
  /** The process that is number 1 inside, by the number it has outside. */
  function firstInside(child: ChildProcess): number {
    return Number(readFileSync(`/proc/${child.pid!}/task/${child.pid!}/children`, 'utf8').trim());
  }

  test.skipIf(!isRoot)(
    `SIGTERM ends pgm watch with 0, at rest and in a file (${needsRoot})`,
    async () => {
      for (const sql of ['select 1;', 'create table half (id int); select pg_sleep(600);']) {
        await home.write({ 'a/001_x.sql': sql });
        const flags = ['--pid', '--fork', '--mount-proc', '--kill-child'];
        const child = run('unshare', [
          ...flags,
          process.execPath,
          program,
          'watch',
          '--grace',
          '200ms',
        ]);
        if (sql === 'select 1;') await until(port, '/readiness', 200);
        else
          await expect
            .poll(
              () =>
                database.sql`select 1 from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()`,
            )
            .toHaveLength(1);
        process.kill(firstInside(child), 'SIGTERM');
        expect(await exitCodeOf(child)).toBe(0);
      }
    },
  );

  /** Makes this directory its /dev and becomes the command. As in a container it has /dev/shm, where this clone may be. */
  const inContainer = `
    for name in null zero urandom random; do : > "$0/$name"; mount --bind "/dev/$name" "$0/$name"; done
    mkdir "$0/shm"; mount --rbind /dev/shm "$0/shm"
    mount --rbind "$0" /dev
    exec "$@"`;

  test.skipIf(!isRoot)(
    `what is wrong with the configuration stands in /dev/termination-log (${needsRoot})`,
    async () => {
      const devices = join(scratch, 'dev');
      mkdirSync(devices);
      writeFileSync(join(devices, 'termination-log'), '');
      const flags = ['--pid', '--fork', '--mount', '--mount-proc', '--kill-child'];
      const command = [
        process.execPath,
        program,
        'watch',
        '--grace',
        'soon',
        '--health-port',
        'abc',
      ];
      const child = run('unshare', [...flags, 'sh', '-c', inContainer, devices, ...command]);
      expect(await exitCodeOf(child)).toBe(2);
      const text = readFileSync(join(devices, 'termination-log'), 'utf8');
      expect(text).toMatch(/^pgm watch: 2 mistakes:\n {2}- .*"abc".*\n {2}- .*"soon"/);
    },
  );
});

describe('the termination log', () => {
  let file: string;
  const written = (): string => readFileSync(file, 'utf8');

  beforeEach(() => {
    file = join(scratch, 'termination-log');
    writeFileSync(file, '');
  });

  test('of watch holds the failure while it lasts, also after SIGKILL, and is emptied when it is fixed', async () => {
    await home.write({ 'a/001_x.sql': 'create tabel t;' });
    const watching = watch(['--termination-log', file]);
    await expect.poll(written).toMatch(/^a\/001_x\.sql failed\n.*001_x\.sql:1:8 syntax error/);
    await watching.stop('SIGKILL');
    expect(written()).toContain('1 | create tabel t;');
    const again = watch(['--termination-log', file]);
    await again.printed(/not all migrations are applied/);
    await home.write({ 'a/001_x.sql': 'create table t (id int);' });
    await again.printed(/All migrations applied/);
    await expect.poll(written).toBe('');
    expect((await again.stop()).exitCode).toBe(0);
    expect(written()).toBe('');
  });

  test('of watch holds why PostgreSQL cannot be had', async () => {
    await home.write({ 'a/001_x.sql': 'select 1;' });
    watch(['--termination-log', file], { DATABASE_URL: 'postgresql://pact:canary@localhost:1/x' });
    await expect.poll(written).toContain('ECONNREFUSED');
    expect(written()).not.toContain('canary');
  });

  test('of migrate holds the failure, and is emptied by a run that succeeds', async () => {
    await home.write({ 'a/001_x.sql': 'create tabel t;' });
    const failing = await pgm(['migrate', '--termination-log', file], env());
    expect(failing.exitCode).toBe(1);
    expect(written()).toMatch(/^a\/001_x\.sql failed\n/);
    await home.write({ 'a/001_x.sql': 'create table t (id int);' });
    expect((await pgm(['migrate'], { ...env(), PGM_TERMINATION_LOG: file })).exitCode).toBe(0);
    expect(written()).toBe('');
  });

  test('holds what is wrong with the configuration, whether a flag or a variable names it', async () => {
    const args = ['watch', '--grace', 'soon'];
    expect((await pgm([...args, '--termination-log', file], env())).exitCode).toBe(2);
    expect(written()).toContain('--grace is "soon"');
    writeFileSync(file, '');
    expect((await pgm(args, { ...env(), PGM_TERMINATION_LOG: file })).exitCode).toBe(2);
    expect(written()).toContain('--grace is "soon"');
  });
});

describe('a bug', () => {
  /** Something in the process goes wrong some time after pgm has begun its work. */
  function sabotage(code: string): string {
    const delayed = `const t=setInterval(()=>{if(process.env.PGM_SABOTAGE_AT&&!require('fs').existsSync(process.env.PGM_SABOTAGE_AT))return;clearInterval(t);${code}},20)`;
    const source = `import{createRequire}from'node:module';const require=createRequire('/');${delayed}`;
    return `--import=data:text/javascript,${encodeURIComponent(source)}`;
  }

  test.each([
    ['a rejection that nobody awaits', "Promise.reject(new TypeError('sabotaged'))"],
    ['an error that nobody catches', "throw new TypeError('sabotaged')"],
    ['a rejection without an error', "Promise.reject('sabotaged')"],
  ])(
    '%s is told with its stack, kept in the termination log, and ends pgm with 70',
    async (_, code) => {
      const file = join(scratch, 'termination-log');
      const sign = join(scratch, 'now');
      writeFileSync(file, '');
      await home.write({ 'a/001_x.sql': 'select 1;' });
      const watching = watch(['--termination-log', file], {
        NODE_OPTIONS: sabotage(code),
        PGM_SABOTAGE_AT: sign,
      });
      await until(port, '/readiness', 200);
      writeFileSync(sign, '');
      const { exitCode, stderr } = await watching.finished;
      expect(exitCode).toBe(70);
      expect(stderr).toMatch(/^pgm: a bug in pgm; please report it with these lines:\n.*sabotaged/);
      expect(readFileSync(file, 'utf8')).toContain('sabotaged');
    },
  );
});

describe('a reader that went away', () => {
  const watchInShell = `"${process.execPath}" "${program}" watch`;

  test('of stdout: watch goes on with its work', async () => {
    await home.write({ 'a/001_x.sql': 'select 1;' });
    const child = run('sh', ['-c', `${watchInShell} | head -1`]);
    await until(port, '/readiness', 200);
    await home.write({ 'a/002_x.sql': 'select 2;' });
    await isApplied('002_x.sql');
    await stopByPort(child);
  });

  test('of both streams: watch goes on and ends in order', async () => {
    await home.write({ 'a/001_x.sql': 'nonsense' });
    const child = run('sh', ['-c', `exec ${watchInShell} 2>&1 | true`]);
    await until(port, '/liveness', 200);
    await home.write({ 'a/001_x.sql': 'select 1;' });
    await isApplied('001_x.sql');
    await stopByPort(child);
  });

  test('streams that are closed from the start are no trouble', async () => {
    await home.write({ 'a/001_x.sql': 'select 1;' });
    const child = run('sh', ['-c', `exec ${watchInShell} >&- 2>&-`]);
    await until(port, '/readiness', 200);
    child.kill('SIGTERM');
    expect(await exitCodeOf(child)).toBe(0);
  });

  test('because the disk is full: the work goes on, and stderr says once that the output is not complete', async () => {
    await home.write({ 'a/001_x.sql': 'select 1;', 'a/002_x.sql': 'select 2;' });
    const child = run('sh', ['-c', `exec "${process.execPath}" "${program}" migrate > /dev/full`]);
    let stderr = '';
    child.stderr?.on('data', (part: Buffer) => {
      stderr += part.toString();
    });
    expect(await exitCodeOf(child)).toBe(0);
    await isApplied('002_x.sql');
    expect(stderr.match(/cannot write to stdout/g)).toHaveLength(1);
  });

  /** The shell ends when pgm at the head of its pipe does. */
  async function stopByPort(shell: ChildProcess): Promise<void> {
    const inside = readFileSync(`/proc/${shell.pid!}/task/${shell.pid!}/children`, 'utf8').trim();
    for (const pid of inside.split(' ').filter((each) => each !== ''))
      process.kill(Number(pid), 'SIGTERM');
    await exitCodeOf(shell);
    await expect(get(port, '/liveness')).rejects.toThrow();
  }
});
