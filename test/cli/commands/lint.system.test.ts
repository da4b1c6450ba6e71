import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Environment, pgm } from '../../support/pgm.js';
import { makeTree, type Tree } from '../../support/tree.js';

const trees: Tree[] = [];
afterAll(async () => {
  for (const tree of trees) await tree.remove();
});

async function lint(
  files: Readonly<Record<string, string>>,
  args: readonly string[] = [],
  env: Environment = {},
) {
  const tree = await makeTree(files);
  trees.push(tree);
  const { directory } = tree;
  return { directory, ...(await pgm(['lint', '--dir', directory, ...args], env)) };
}

describe('pgm lint', () => {
  let dangerous: Awaited<ReturnType<typeof lint>>;
  beforeAll(async () => {
    dangerous = await lint({
      'app/001_a.sql': 'SELECT 1;\nDROP TABLE IF EXISTS orders;\nCREATE SCHEMA s;',
    });
  });

  test('shows a finding with its place, a caret and what to do, and exits with 1 for an error', () => {
    const { directory, stdout, exitCode } = dangerous;
    expect(stdout).toContain(
      `${directory}/app/001_a.sql:3:1: error: run a second time, it fails: the schema already exists [create-without-if-not-exists]\n    3 | CREATE SCHEMA s;\n      | ^\n    to do: write CREATE SCHEMA IF NOT EXISTS\n`,
    );
    expect(stdout).toContain('✖ 1 file: 1 error, 1 warning\n');
    expect(exitCode).toBe(1);
  });

  test('exits with 0 for warnings, and with 1 if --fail-on warning is given', async () => {
    const files = { 'app/001_a.sql': 'DROP TABLE IF EXISTS orders;' };
    expect((await lint(files)).exitCode).toBe(0);
    expect((await lint(files, ['--fail-on', 'warning'])).exitCode).toBe(1);
    expect((await lint({ 'app/001_a.sql': 'SELECT 1;' }, ['--fail-on', 'warning'])).exitCode).toBe(
      0,
    );
  });

  test('prints one document with --format sarif, and the log elsewhere', async () => {
    const { stdout } = await lint({ 'app/001_a.sql': 'DROP TABLE IF EXISTS orders;' }, [
      '--format',
      'sarif',
    ]);
    expect(JSON.parse(stdout)).toMatchObject({ version: '2.1.0' });
  });

  test('says that tables count as new, where it is not told what is deployed', async () => {
    const make = 'CREATE TABLE IF NOT EXISTS t (id int);';
    const { stdout } = await lint({
      'app/001_a.sql': make,
      'app/002_b.sql': 'DROP TABLE IF EXISTS t;',
    });
    expect(stdout).toMatch(
      /\ntables that these files make count as new: --applied-to COMMIT, .*\n$/,
    );
  });

  test('of a folder without migrations says so, and nothing is fine', async () => {
    const { stdout, exitCode } = await lint({ 'app/readme.txt': 'not yet' });
    expect(stdout).toBe('⚠ no migrations found: nothing was looked at\n');
    expect(exitCode).toBe(0);
  });

  test('obeys pgm.lint.yaml beside the files, and refuses what is wrong with it by its place', async () => {
    const drop = { 'app/001_a.sql': 'DROP TABLE IF EXISTS orders;' };
    const off = await lint({ ...drop, 'pgm.lint.yaml': 'rules:\n  drop-table: off\n' });
    expect(off.stdout).toBe('✅ 1 file: nothing found\n');
    const wrong = await lint({ ...drop, 'pgm.lint.yaml': 'rules:\n  drop-tabel: off\n' });
    expect(wrong.exitCode).toBe(2);
    expect(wrong.stderr).toContain(
      `pgm lint: ${wrong.directory}/pgm.lint.yaml:2:3: "drop-tabel" is not known: did you mean drop-table?`,
    );
  });

  test('lists and explains rules, and says which was meant', async () => {
    expect((await pgm(['lint', '--rules'])).stdout).toMatch(
      /^locks\n(?: .*\n)*? {2}index-without-concurrently +warning {2}/m,
    );
    const { stdout, exitCode } = await pgm(['lint', '--explain', 'drop-table']);
    expect([exitCode, stdout.split('\n')[0]]).toEqual([0, 'drop-table (data, warning)']);
    const slip = await pgm(['lint', '--explain', 'drop-tabel']);
    expect([slip.exitCode, slip.stderr]).toEqual([
      2,
      'pgm lint: --explain names a rule that does not exist; did you mean drop-table?\n',
    ]);
  });
});
