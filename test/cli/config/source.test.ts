import { describe, expect, test } from 'vitest';
import { configure, FakeFiles, problemsOf, type Setup } from './configure.js';

const sourceOf = async (setup: Setup) => (await configure('migrate', setup)).source;

describe('which directory', () => {
  const everywhere = new FakeFiles({
    '/migrations-configmap': '',
    '/shared/postgres-migrations': '',
    './migrations': '',
  });

  test.each<[Setup, string, string]>([
    [{ flags: { dir: 'a' }, env: { MIGRATIONS_DIR: 'b', CONFIGMAP_PATH: 'c' } }, 'a', 'flag --dir'],
    [{ flags: { dir: ['a'] }, env: { PGM_DIR: 'b' } }, 'a', 'flag --dir'],
    [{ env: { PGM_DIR: 'p', CONFIGMAP_PATH: 'c' } }, 'p', 'PGM_DIR'],
    [{ env: { MIGRATIONS_DIR: 'b', CONFIGMAP_PATH: 'c' } }, 'b', 'MIGRATIONS_DIR'],
    [{ env: { CONFIGMAP_PATH: 'c' } }, 'c', 'CONFIGMAP_PATH'],
    [{ env: { MIGRATIONS_DIR: '' } }, '/migrations-configmap', 'default'],
  ])('%j', async (setup, directory, origin) => {
    expect(await sourceOf({ ...setup, files: everywhere })).toMatchObject({ directory, origin });
  });

  test('what is named is not fallen back from when it is not there', async () => {
    const env = { MIGRATIONS_DIR: '/not/there' };
    expect((await sourceOf({ env, files: everywhere })).directory).toBe('/not/there');
  });

  test('the reason tells what was passed over', async () => {
    const env = { MIGRATIONS_DIR: 'b', CONFIGMAP_PATH: 'c' };
    const { reason } = await sourceOf({ env });
    expect(reason).toBe('set by MIGRATIONS_DIR; CONFIGMAP_PATH (c) is not used');
    expect((await sourceOf({ env: { CONFIGMAP_PATH: 'c' } })).reason).toBe('set by CONFIGMAP_PATH');
  });

  test.each([
    [['/shared/postgres-migrations', './migrations'], '/shared/postgres-migrations'],
    [['./migrations'], './migrations'],
  ])('when nothing names one and %j exist: %s', async (paths, directory) => {
    const files = new FakeFiles(Object.fromEntries(paths.map((path) => [path, ''])));
    const source = await sourceOf({ files });
    expect(source).toMatchObject({ directory, origin: 'default' });
    expect(source.reason).toContain(`${directory} is the first of`);
  });

  test('when none exists: the mount of the ConfigMap, and the reason says so', async () => {
    const source = await sourceOf({});
    expect(source.directory).toBe('/migrations-configmap');
    expect(source.reason).toMatch(/none of .* exists/);
  });

  test('PGM_DIR and MIGRATIONS_DIR that differ are two sources', async () => {
    const env = { PGM_DIR: 'a', MIGRATIONS_DIR: 'b' };
    expect(await problemsOf('migrate', { env })).toEqual([
      'PGM_DIR and MIGRATIONS_DIR are both set, to different values: set only one',
    ]);
    expect((await sourceOf({ env: { PGM_DIR: 'a', MIGRATIONS_DIR: 'a' } })).directory).toBe('a');
  });

  test('--dir twice is one source too many', async () => {
    expect(await problemsOf('migrate', { flags: { dir: ['a', 'b'] } })).toEqual([
      '--dir is given 2 times: give it once',
    ]);
  });

  test('an empty --dir is a mistake', async () => {
    expect(await problemsOf('migrate', { flags: { dir: '' } })).toEqual([
      '--dir is empty: give it a value or leave it out',
    ]);
  });
});

describe('which migrations', () => {
  test('--schemas is a list, each name once', async () => {
    const { schemas } = await sourceOf({ flags: { schemas: 'gcp, aws,gcp' } });
    expect(schemas).toEqual(['gcp', 'aws']);
    expect((await sourceOf({})).schemas).toBeNull();
  });

  test.each([
    ['gcp,,aws', /each side of every comma/],
    ['pg_catalog', /reserved by PostgreSQL/],
    ['a b', /not a valid schema name/],
    ['pgm', /the schema of pgm's own history/],
  ])('--schemas %s is a mistake', async (schemas, problem) => {
    expect(await problemsOf('migrate', { flags: { schemas } })).toEqual([
      expect.stringMatching(problem),
    ]);
  });

  test.each([
    ['gcp/003_add.sql', 'gcp/003_add.sql'],
    ['gcp/003', 'gcp/003'],
    ['gcp_003_add.sql', 'gcp/003_add.sql'],
  ])('--to %s means %s', async (to, key) => {
    expect((await configure('migrate', { flags: { to, dryRun: true } })).to).toBe(key);
  });

  test('--to cannot be reached in a schema that is left out', async () => {
    const flags = { to: 'gcp/003', schemas: 'aws' };
    expect(await problemsOf('migrate', { flags })).toEqual([
      '--to is in the schema "gcp", which --schemas leaves out: change one of them',
    ]);
  });
});
