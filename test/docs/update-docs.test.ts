import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const repository = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pgm-docs-'));
  cpSync(join(repository, 'scripts'), join(root, 'scripts'), { recursive: true });
  write('package.json', '{ "type": "module" }');
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
});

describe('update-docs', () => {
  test('rewrites a stale README, after which the check is content', () => {
    build();
    write('README.md', page('old'));
    expect(run('--check')).toEqual({
      status: 1,
      stderr:
        'README.md is stale (help, options): run npm run build && node scripts/update-docs.mjs\n',
    });
    expect(run().status).toBe(0);
    expect(run('--check').status).toBe(0);
    const text = readFileSync(join(root, 'README.md'), 'utf8');
    expect(text).toContain('the help of the program');
    expect(text).toContain('| `--dir <path>` | `PGM_DIR` | a \\| b | all | where |');
    expect(text).toContain('before');
    expect(text).toContain('after');
  });

  test('says which marker is missing', () => {
    build();
    write('README.md', page('old').replace('<!-- end: help -->', ''));
    expect(run('--check')).toEqual({
      status: 2,
      stderr: 'README.md: the marker <!-- end: help --> is there 0 times, not once\n',
    });
  });

  test('says which part nothing generates', () => {
    build();
    write('README.md', `${page('old')}<!-- generated: flags -->`);
    expect(run().stderr).toBe('README.md: nothing generates the part "flags"\n');
  });

  test('asks for a build where there is none', () => {
    write('README.md', page('old'));
    const { status, stderr } = run('--check');
    expect(status).toBe(2);
    expect(stderr).toContain('is missing: run npm run build first');
  });

  test('refuses what it does not know', () => {
    expect(run('--chek')).toEqual({
      status: 2,
      stderr: 'usage: node scripts/update-docs.mjs [--check]\n',
    });
  });
});

/** A build of a program with one option and one line of help. */
function build(): void {
  write(
    'dist/cli/config/options.js',
    `export const allOptions = () => [{ flag: '--dir <path>', default: 'a | b', commands: ['migrate'], help: 'where' }];`,
  );
  write(
    'dist/cli/config/option.js',
    `export const variablesOf = () => ['PGM_DIR'];
     export const describeDefault = (value) => value;`,
  );
  write(
    'dist/cli/program.js',
    `export const declare = () => {
       let write;
       return {
         configureOutput: (output) => { write = output.writeOut; },
         outputHelp: () => write('the help of the program\\n'),
       };
     };`,
  );
}

function page(part: string): string {
  const between = ['help', 'options'].map(
    (name) => `<!-- generated: ${name} -->\n\n${part}\n\n<!-- end: ${name} -->`,
  );
  return ['before', ...between, 'after', ''].join('\n\n');
}

function write(path: string, text: string): void {
  const file = join(root, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

function run(...parameters: string[]): { status: number | null; stderr: string } {
  const script = join(root, 'scripts/update-docs.mjs');
  const { status, stderr } = spawnSync(process.execPath, [script, ...parameters], {
    encoding: 'utf8',
  });
  return { status, stderr };
}
