import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { mountIdentity, readSource } from '../../src/source/read-source.js';
import { listEntries } from '../../src/source/list-entries.js';
import { Kubelet } from '../support/kubelet.js';

const options = { schemas: null, reserved: ['pgm'] };
let home: string;

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'pgm-test-mounts-'));
});

afterEach(async () => {
  await rm(home, { recursive: true, force: true });
});

async function refusedIn(directory: string): Promise<Record<string, string>> {
  const { refused } = await readSource(directory, options);
  return Object.fromEntries(refused.map(({ path, reason }) => [path, reason]));
}

describe('a ConfigMap for each schema, each mounted in a directory of its own', () => {
  test('is read like a tree, and is known by the generations of all', async () => {
    const gcp = Kubelet.mount(join(home, 'gcp'), { '001_x.sql': 'select 1;' });
    Kubelet.mount(join(home, 'aws'), { '001_x.sql': 'select 2;', 'notes.md': '' });
    const { migrations, ignored, refused } = await readSource(home, options);
    expect(migrations.map(({ key, path, sql }) => [key, path, sql])).toEqual([
      ['aws/001_x.sql', 'aws/001_x.sql', 'select 2;'],
      ['gcp/001_x.sql', 'gcp/001_x.sql', 'select 1;'],
    ]);
    expect([ignored, refused]).toEqual([['aws/notes.md'], []]);
    const before = mountIdentity(home);
    gcp.swap({ '001_x.sql': 'select 3;' });
    expect(mountIdentity(home)?.generations).not.toBe(before?.generations);
    expect((await readSource(home, options)).migrations.at(-1)?.sql).toBe('select 3;');
  });

  test('is pinned: a swap between two files is not seen, or is an error that has all read again', () => {
    const gcp = Kubelet.mount(join(home, 'gcp'), { '001_a.sql': 'old', '002_b.sql': 'old' });
    const entries = listEntries(home);
    const first = entries.next().value;
    expect(first).toMatchObject({ kind: 'file', path: 'gcp/001_a.sql', bytes: Buffer.from('old') });
    gcp.swap({ '001_a.sql': 'new', '002_b.sql': 'new' });
    expect(() => entries.next()).toThrow(/ENOENT/);
  });
});

describe('the directory above a mount is named as a mistake', () => {
  test.each([
    ['migrations-configmap', 'gcp_001_x.sql'],
    ['migrations', 'gcp_001_x.sql'],
    ['migrations-configmap', '001_x.sql'],
    ['volumes/migrations', '001_x.sql'],
  ])('%s with %s', async (child, key) => {
    Kubelet.mount(join(home, child), { [key]: 'select 1;' });
    const reasons = await refusedIn(home);
    expect(reasons[`${child}/${key}`]).toBe(
      `${child} is the mounted ConfigMap (it holds ..data): give pgm that directory`,
    );
  });
});

test('a name that ends in .SQL is refused with the name it should have', async () => {
  await mkdir(join(home, 'app'));
  for (const name of ['app/001_a.sql', 'app/002_B.SQL', 'app_003_c.Sql', 'app/004_d.sql.txt'])
    await writeFile(join(home, name), 'select 1;');
  expect(await refusedIn(home)).toEqual({
    'app/002_B.SQL': 'its name must end in .sql, in lower case: rename it to 002_B.sql',
    'app_003_c.Sql': 'its name must end in .sql, in lower case: rename it to app_003_c.sql',
  });
});
