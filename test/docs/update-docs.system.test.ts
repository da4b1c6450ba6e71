import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
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
  test('rewrites stale pages, after which the check is content', () => {
    build();
    pages();
    expect(run('--check')).toEqual({
      status: 1,
      stderr: [
        ...['docs/commands.md', 'docs/configuration.md', 'docs/lint.md', 'docs/locks.md'],
        ...['docs/lint/one-rule.md', 'docs/lint/old-rule.md'],
      ]
        .map((path) => `${path} is stale: run npm run build && npm run docs\n`)
        .join(''),
    });
    expect(run().status).toBe(0);
    expect(run('--check').status).toBe(0);
    expect(read('docs/commands.md')).toContain('the help of the program');
    const text = read('docs/configuration.md');
    expect(text).toContain('| `--dir <path>` | `PGM_DIR` | a \\| b | all | where |');
    expect(text).toContain('before');
    expect(text).toContain('after');
    expect(read('docs/lint.md')).toContain('| [`one-rule`](lint/one-rule.md) | error | a \\| b |');
    expect(read('docs/lint/one-rule.md')).toContain('# one-rule\n');
    expect(existsSync(join(root, 'docs/lint/old-rule.md'))).toBe(false);
    expect(read('docs/locks.md')).toContain(
      '| `A \\| B` | 14: t: SHARE; 15, 16: nothing that others wait for | writers | SHARE | why |',
    );
  });

  test('names the one page that is stale', () => {
    build();
    pages();
    run();
    write('docs/commands.md', page('help', 'old'));
    expect(run('--check')).toEqual({
      status: 1,
      stderr: 'docs/commands.md is stale: run npm run build && npm run docs\n',
    });
  });

  test('says which marker is missing', () => {
    build();
    pages();
    write('docs/commands.md', page('help', 'old').replace('<!-- end: help -->', ''));
    expect(run('--check')).toEqual({
      status: 2,
      stderr:
        'docs/commands.md: found the markers <!-- generated: help --> ' +
        'instead of <!-- generated: help --> <!-- end: help -->\n',
    });
  });

  test.each(['README.md', 'docs/commands.md', 'docs/other.md'])(
    'says which part of %s nothing generates',
    (path) => {
      build();
      pages();
      write(path, '<!-- generated: flags -->');
      const { status, stderr } = run();
      expect(status).toBe(2);
      expect(stderr).toContain(`${path}: found the markers <!-- generated: flags --> instead of`);
    },
  );

  test('asks for a build where there is none', () => {
    pages();
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
    'dist/cli/list.js',
    `import { allOptions } from './config/table/options.js';
     export const commands = { migrate: { name: 'migrate', options: allOptions() } };`,
  );
  write(
    'dist/cli/config/table/options.js',
    `const option = { flag: '--dir <path>', default: 'a | b', help: 'where' };
     export const allOptions = () => [option];
     export const variablesOf = () => ['PGM_DIR'];
     export const describeDefault = (option) => option.default;`,
  );
  write(
    'dist/core/proof/database/lock-modes.js',
    "export const shutOutBy = (mode) => (mode === 'SHARE' ? 'writers' : 'nobody');",
  );
  write(
    'dist/lint/rules/list.js',
    `const examples = { bad: ['SELECT 1;'], good: ['SELECT 2;'] };
     const text = { summary: 'a | b', why: 'Why.', instead: 'do' };
     export const rules = {
       'one-rule': { name: 'one-rule', family: 'locks', severity: 'error', examples, ...text },
     };`,
  );
  write('dist/core/lint/rule-text.js', 'export const exampleText = (example) => example;');
  write('dist/core/statements/rule-names.js', "export const lintFamilies = ['locks', 'data'];");
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

const measured = [
  {
    group: 'tables',
    statement: 'A | B',
    manual: 'SHARE',
    note: 'why',
    measured: { 14: ['t: SHARE'], 15: [], 16: [] },
  },
];

/** The pages as they are before anything was generated. */
function pages(): void {
  write('README.md', 'nothing is generated here, and <!-- end: another --> is not ours');
  write('docs/commands.md', page('help', 'old'));
  write('docs/configuration.md', page('options', 'old'));
  write('docs/lint.md', page('rules', 'old'));
  write('docs/lint/old-rule.md', '# old-rule');
  write('docs/locks.md', page('tables', 'old'));
  write('docs/locks.json', JSON.stringify(measured));
}

function page(name: string, part: string): string {
  const between = `<!-- generated: ${name} -->\n\n${part}\n\n<!-- end: ${name} -->`;
  return ['before', between, 'after', ''].join('\n\n');
}

function read(path: string): string {
  return readFileSync(join(root, path), 'utf8');
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
