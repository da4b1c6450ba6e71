import type * as fs from 'node:fs';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { readSource } from '../../src/source/read-source.js';
import { makeTree, type Tree } from '../support/tree.js';

const { fault } = vi.hoisted(() => ({ fault: { code: '', times: 0 } }));
vi.mock('node:fs', async (original) => {
  const real = await original<typeof fs>();
  const openSync: typeof real.openSync = (...args) => {
    if (fault.times === 0) return real.openSync(...args);
    fault.times -= 1;
    throw Object.assign(new Error(fault.code), { code: fault.code });
  };
  return { ...real, openSync };
});

let tree: Tree;

beforeEach(async () => {
  tree = await makeTree({ 'a/1_x.sql': 'select 1;', 'a/2_x.sql': 'select 2;' });
});

afterEach(async () => {
  fault.times = 0;
  await tree.remove();
});

function readWith(code: string, times: number): ReturnType<typeof readSource> {
  Object.assign(fault, { code, times });
  return readSource(tree.directory, { schemas: null, reserved: [] });
}

test.each(['EACCES', 'EIO', 'EPERM'])('%s is the fault of that file alone', async (code) => {
  const { migrations, refused } = await readWith(code, 1);
  expect(migrations).toHaveLength(1);
  expect(refused.map(({ reason }) => reason)).toEqual([`it cannot be read: ${code}`]);
});

test.each(['ENOENT', 'ENOTDIR', 'ELOOP', 'ESTALE'])(
  '%s means that something moved: all is read anew, fifty times at most',
  async (code) => {
    const { migrations, refused } = await readWith(code, 49);
    expect([migrations.length, refused.length]).toEqual([2, 0]);
    await expect(readWith(code, 50)).rejects.toMatchObject({
      name: 'SourceMissing',
      message: `${tree.directory} changed during each of 50 attempts to read it`,
    });
  },
);

test.each(['EMFILE', 'ENFILE'])('%s is no fault of any file: nothing is read', async (code) => {
  await expect(readWith(code, 1)).rejects.toMatchObject({
    name: 'SourceMissing',
    message: `${tree.directory} cannot be read: ${code}`,
  });
});
