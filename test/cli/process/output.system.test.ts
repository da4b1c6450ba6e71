import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pgm } from '../../support/pgm.js';
import { makeTree, type Tree } from '../../support/tree.js';

const program = fileURLToPath(new URL('../../../bin/pgm.js', import.meta.url));
const nowhere = { DATABASE_URL: 'postgresql://pact@127.0.0.1:1/x', PGM_WAIT_TIMEOUT: '1ms' };

let tree: Tree;
let whole: string;

beforeAll(async () => {
  tree = await makeTree({
    'a/001_x.sql': `select '${'x'.repeat(300_000)}';`,
    'a/002_x.sql': 'select 2;',
  });
  whole = (await pgm(['configmap', tree.directory])).stdout;
});

afterAll(() => tree.remove());

/** A shell that runs pgm as `"$@"`. */
function shell(script: string, ...words: string[]): ChildProcess {
  const { PATH, HOME } = process.env;
  return spawn('sh', ['-c', script, 'sh', process.execPath, program, ...words], {
    env: { PATH, HOME, MIGRATIONS_DIR: tree.directory, ...nowhere },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

async function outcome(child: ChildProcess) {
  const told: Buffer[] = [];
  child.stderr?.on('data', (part: Buffer) => told.push(part));
  child.stdout?.resume();
  await once(child, 'close');
  return { exitCode: child.exitCode, stderr: Buffer.concat(told).toString() };
}

const incomplete = /could not write all of the output to stdout \(ENOSPC\)/;

describe('a document on a disk that is full', () => {
  test.each([
    ['configmap', []],
    ['configmap', ['--volume']],
    ['status', ['--help']],
  ])('%s %j is exit 1, with a word on stderr', async (command, flags) => {
    const child = shell('exec "$@" > /dev/full', command, ...flags);
    const { exitCode, stderr } = await outcome(child);
    expect(stderr).toMatch(incomplete);
    expect(exitCode).toBe(1);
  });

  test('--help and --version are too', async () => {
    for (const flag of ['--help', '--version']) {
      const { exitCode, stderr } = await outcome(shell('exec "$@" > /dev/full', flag));
      expect(stderr).toBe('pgm: could not write to stdout (ENOSPC)\n');
      expect(exitCode).toBe(1);
    }
  });

  test('the exit code of a failure stays', async () => {
    const child = shell('exec "$@" > /dev/full', 'migrate', '--json');
    const { exitCode, stderr } = await outcome(child);
    expect(stderr).toMatch(incomplete);
    expect(exitCode).toBe(4);
  });

  test('is incomplete too where the disk took the first half of it', async () => {
    const file = join(tree.directory, 'half.yaml');
    const child = shell(`ulimit -f 64; exec "$@" > '${file}'`, 'configmap');
    const { exitCode, stderr } = await outcome(child);
    const half = readFileSync(file, 'utf8');
    expect(half.length).toBeGreaterThan(0);
    expect(half.length).toBeLessThan(whole.length);
    expect(stderr).toMatch(/could not write all of the output to stdout \(EFBIG\)/);
    expect(exitCode).toBe(1);
  });
});

describe('a document in a pipe', () => {
  test('whose reader has gone is exit 1', async () => {
    const child = shell('{ "$@"; echo "exit $?" >&2; } | true', 'configmap');
    const { stderr } = await outcome(child);
    expect(stderr).toMatch(/could not write all of the output to stdout \(EPIPE\)/);
    expect(stderr).toContain('exit 1');
  });

  test('whose reader takes its time gets there whole', async () => {
    const child = shell('exec "$@"', 'configmap');
    child.stdout?.pause();
    // Longer than a log is waited for; that it is still there is what counts.
    const ended = once(child, 'exit').then(() => 'ended');
    const patience = new Promise((resolve) => setTimeout(resolve, 3_000, 'waits'));
    expect(await Promise.race([ended, patience])).toBe('waits');
    const parts: Buffer[] = [];
    child.stdout?.on('data', (part: Buffer) => parts.push(part)).resume();
    await once(child, 'close');
    expect(Buffer.concat(parts).toString()).toBe(whole);
    expect(child.exitCode).toBe(0);
  });

  test('that nobody reads does not outlive a signal', async () => {
    const child = shell('exec "$@"', 'configmap');
    child.stdout?.once('readable', () => {
      child.kill('SIGTERM');
    });
    await once(child, 'exit');
    expect(child.exitCode).toBe(143);
  });
});

test('a file gets the document whole', async () => {
  const file = join(tree.directory, 'whole.yaml');
  const { exitCode } = await outcome(shell(`exec "$@" > '${file}'`, 'configmap'));
  expect(exitCode).toBe(0);
  expect(readFileSync(file, 'utf8')).toBe(whole);
});
