import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { keepCode } from '../../scripts/keep-code.mjs';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
let copy: string;

beforeEach(() => {
  copy = mkdtempSync(join(tmpdir(), 'pgm-test-kept-code-'));
  for (const part of ['bin', 'dist/pgm', 'package.json']) {
    cpSync(join(root, part), join(copy, part), { recursive: true });
  }
});

afterEach(() => {
  rmSync(copy, { recursive: true });
});

/** Whether V8 takes the code that was kept; null when there is none for this Node and this place. */
async function isTaken(from: string, flags: readonly string[] = []): Promise<unknown> {
  const question = `const { compile, program, readKeptCode, setFlags } = require('./bin/program.js');
setFlags();
const kept = readKeptCode();
console.log(kept === undefined ? null : !compile(program, kept).cachedDataRejected);`;
  const { stdout } = await run(process.execPath, [...flags, '-e', question], { cwd: from });
  return JSON.parse(stdout);
}

/** The whole command fails: there is nothing behind it that a server would be needed for. */
async function failing(
  from: string,
  program: string,
  flags: readonly string[] = [],
): Promise<string> {
  const args = [...flags, join(from, program), 'migrate', '--dir', '/no/such/place'];
  const failed: unknown = await run(process.execPath, args).catch((error: unknown) => error);
  return (failed as { readonly stderr: string }).stderr;
}

const kept = (): string => join(copy, 'dist/pgm/main.code');

function nonsense(): Buffer {
  const code = readFileSync(kept());
  return code.fill('x', code.indexOf('\n') + 1);
}

const usual = 'pgm migrate: the migrations directory /no/such/place does not exist\n';

test('what V8 made of the program when it was built is taken', async () => {
  expect(await isTaken(root)).toBe(true);
});

test('it is for one place, and the program works in another all the same', async () => {
  expect(await isTaken(copy)).toBe(null);
  expect(await failing(copy, 'bin/pgm.js')).toBe(usual);
});

test('the program imports nothing at run time: code that was kept cannot', () => {
  expect(readFileSync(join(root, 'dist/pgm/main.cjs'), 'latin1')).not.toMatch(/\bimport\s*\(/);
});

test('under other flags V8 refuses it, and the program works all the same', async () => {
  expect(await isTaken(root, ['--liftoff-only'])).toBe(false);
  expect(await failing(root, 'bin/pgm.js', ['--liftoff-only'])).toBe(usual);
});

describe('made anew for the copy', () => {
  let wasRehearsed: boolean;

  beforeEach(() => {
    wasRehearsed = keepCode(copy, copy);
  });

  test('pgm asks its server what it asked when scripts/rehearsal was recorded; else: npm run rehearse', () => {
    expect(wasRehearsed).toBe(true);
  });

  test('it is taken there', async () => {
    expect(await isTaken(copy)).toBe(true);
    expect(await failing(copy, 'bin/pgm.js')).toBe(usual);
  });

  test('it is the same to the byte', () => {
    const first = readFileSync(kept());
    keepCode(copy, copy);
    expect(readFileSync(kept()).equals(first)).toBe(true);
  });

  test.each([
    [
      'is gone',
      () => {
        rmSync(kept());
      },
    ],
    [
      'is empty',
      () => {
        truncateSync(kept(), 0);
      },
    ],
    [
      'is cut off',
      () => {
        truncateSync(kept(), 100_000);
      },
    ],
    [
      'is nonsense behind its head',
      () => {
        writeFileSync(kept(), nonsense());
      },
    ],
  ])('the program works where it %s', async (_, harm) => {
    harm();
    expect(await failing(copy, 'bin/pgm.js')).toBe(usual);
  });
});

test('a bug report has the places of the file, with it as without it', async () => {
  const breaking = join(copy, 'breaking.cjs');
  writeFileSync(breaking, "require('node:os').homedir = () => null.sabotaged;");
  const reported = async (from: string, program: string): Promise<readonly string[] | null> =>
    (await failing(from, program, ['--require', breaking])).match(
      /at \w+ \(.*main\.cjs:\d+:\d+\)/g,
    );
  const places = await reported(root, 'bin/pgm.js');
  expect(places).toContainEqual(
    expect.stringContaining(`at runCommand (${join(root, 'dist/pgm/main.cjs')}:`),
  );
  expect(places).toEqual(await reported(root, 'dist/pgm/main.cjs'));
  expect(await reported(copy, 'bin/pgm.js')).toEqual(
    places?.map((place) => place.replace(join(root, 'dist'), join(copy, 'dist'))),
  );
});
