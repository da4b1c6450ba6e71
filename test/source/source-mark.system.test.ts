import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { sourceMark } from '../../src/source/source-mark.js';
import { makeTree } from '../support/tree.js';

async function settled(directory: string): Promise<string> {
  await expect.poll(() => sourceMark(directory)).not.toBeNull();
  return sourceMark(directory)!;
}

test('the mark of a source is the same until a file changes, comes or goes', async () => {
  const tree = await makeTree({ 'a/001_x.sql': 'select 1', 'a/002_y.sql': 'select 2' });
  onTestFinished(() => tree.remove());
  const first = await settled(tree.directory);
  expect(await settled(tree.directory)).toBe(first);
  const marks = [first];
  for (const change of [
    { 'a/001_x.sql': 'select 3' },
    { 'b/003_z.sql': 'select 1' },
    { 'a/002_y.sql': null },
  ]) {
    await tree.write(change);
    // What has just changed may change again within the same tick of the clock.
    expect(sourceMark(tree.directory)).toBeNull();
    marks.push(await settled(tree.directory));
  }
  expect(new Set(marks).size).toBe(4);
});

test('a source with links, whose targets may change unseen, has no mark, nor has one that is gone', async () => {
  const tree = await makeTree({ 'a/001_x.sql': 'select 1' });
  await symlink('001_x.sql', join(tree.directory, 'a/002_y.sql'));
  expect(sourceMark(tree.directory)).toBeNull();
  await tree.remove();
  expect(sourceMark(tree.directory)).toBeNull();
});
