import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pgm } from '../../support/pgm.js';
import { makeTree, type Tree } from '../../support/tree.js';

let tree: Tree;
let live: string;

beforeEach(async () => {
  tree = await makeTree({ 'gcp/001_x.sql': 'select 1;\n', 'aws/001_x.sql': 'select 2;\r\n' });
  live = join(tree.directory, 'live.yaml');
});

afterEach(() => tree.remove());

describe('pgm configmap', () => {
  test('prints YAML and nothing else on stdout, warnings go to stderr', async () => {
    const env = { NAMESPACE: 'here', CONFIGMAP_NAME: 'files', PGM_TYPO: '1' };
    const { exitCode, stdout, stderr } = await pgm(['configmap', tree.directory], env);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(
      /^# files: 2 files, 47 of 1048576 bytes\napiVersion: v1\nkind: ConfigMap\n/,
    );
    expect(stdout).toContain('  name: files\n  namespace: here\n');
    expect(stdout).toContain('  aws_001_x.sql: "\\\n    select 2;\\r\\n"\n');
    expect(stderr).toContain('PGM_TYPO is not a variable of pgm');
  });

  test('names on stderr what does not get into the map, but for what begins with a dot', async () => {
    await tree.write({ 'README.md': 'x', 'gcp/002_x.txt': 'x', '.keep': '', 'gcp/.keep': '' });
    const { exitCode, stdout, stderr } = await pgm(['configmap', tree.directory]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^# postgres-migrations: 2 files, /);
    expect(stderr).toContain(
      'left out: README.md, gcp/002_x.txt (only .sql files in a schema directory are migrations)',
    );
  });

  test('takes the directory from MIGRATIONS_DIR, and names from flags before variables', async () => {
    const env = { MIGRATIONS_DIR: tree.directory, CONFIGMAP_NAME: 'files', NAMESPACE: 'here' };
    const { stdout } = await pgm(['configmap', '--name', 'other', '--namespace', 'there'], env);
    expect(stdout).toContain('  name: other\n  namespace: there\n');
  });

  test('--volume prints how the pod mounts it', async () => {
    const { stdout } = await pgm(['configmap', tree.directory, '--volume', '--name', 'm']);
    expect(stdout).toBe('volumes:\n  - name: migrations\n    configMap:\n      name: m\n');
  });

  test('past 1 MiB prints several, and how to mount them as one', async () => {
    const large = 'x'.repeat(700_000);
    await tree.write({ 'gcp/002_x.sql': `-- ${large}\n`, 'gcp/003_x.sql': `-- ${large}\n` });
    const { exitCode, stdout } = await pgm(['configmap', tree.directory, '--name', 'm']);
    expect(exitCode).toBe(0);
    expect(stdout.match(/^ {2}name: .*$/gm)).toEqual(['  name: m', '  name: m-2']);
    expect(stdout).toContain('#     - name: migrations\n#       projected:\n');
  });

  test('names every file that cannot be in one, and exits with 2', async () => {
    const bytes = Buffer.from([0x73, 0xff]);
    await tree.write({ 'gcp/002_é.sql': 'x', 'gcp/003_x.sql': bytes });
    const { exitCode, stdout, stderr } = await pgm(['configmap', tree.directory]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('2 mistakes');
    expect(stderr).toContain('gcp/003_x.sql is refused: it is not valid UTF-8 (at byte 1)');
    expect(stderr).toContain('gcp/002_é.sql cannot be a ConfigMap key');
  });

  test.each([
    [['nowhere'], 'the migrations directory nowhere does not exist'],
    [['a', 'b'], '"b" is not expected here; pgm configmap takes one [dir] and flags'],
    [['a', '--dir', 'b'], '--dir and [dir] are both given: give one of them'],
    [['a', '--volume', '--check', 'x'], '--volume and --check cannot be combined'],
    [['--name', 'Big_Name'], '--name is "Big_Name": use a Kubernetes name'],
  ])('%j is exit 2', async (args, words) => {
    const { exitCode, stderr } = await pgm(['configmap', ...args]);
    expect(stderr).toContain(words);
    expect(exitCode).toBe(2);
  });
});

describe('pgm configmap --check', () => {
  const check = (...args: string[]) => pgm(['configmap', tree.directory, '--check', ...args]);

  beforeEach(async () => {
    writeFileSync(live, (await pgm(['configmap', tree.directory])).stdout);
  });

  test('exits with 0 when nothing differs', async () => {
    const { exitCode, stdout } = await check(live);
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: `${live} matches the tree: 2 files, no differences\n`,
    });
  });

  test('exits with 3 and names each key', async () => {
    await tree.write({
      'gcp/001_x.sql': 'select 1; \n',
      'aws/001_x.sql': null,
      'aws/002_x.sql': 'select 2;',
    });
    const { exitCode, stdout } = await check(live);
    expect(exitCode).toBe(3);
    expect(stdout.split('\n')).toEqual([
      `added: aws_002_x.sql (in the tree, not in ${live})`,
      `removed: aws_001_x.sql (in ${live}, not in the tree)`,
      'changed: gcp_001_x.sql',
      '',
    ]);
  });

  test('reads stdin, and JSON as kubectl prints it', () => {
    const data = { 'gcp_001_x.sql': 'select 1;\n', 'aws_001_x.sql': 'select 2;\r\n' };
    const input = JSON.stringify({ kind: 'ConfigMap', metadata: { name: 'm' }, data });
    const program = fileURLToPath(new URL('../../../bin/pgm.js', import.meta.url));
    const args = ['configmap', tree.directory, '--name', 'm', '--check', '-'];
    const { status, stdout } = spawnSync(process.execPath, [program, ...args], { input });
    expect(stdout.toString()).toBe('stdin matches the tree: 2 files, no differences\n');
    expect(status).toBe(0);
  });

  test('of another ConfigMap, or of no file, is exit 2', async () => {
    const other = await check(live, '--name', 'm');
    expect(other.exitCode).toBe(2);
    expect(other.stderr).toContain('holds no ConfigMap m, only postgres-migrations: name it with');
    const missing = await check('missing.yaml');
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toContain('--check names missing.yaml, which cannot be read: ENOENT');
  });
});
