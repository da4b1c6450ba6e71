import { expect, test } from 'vitest';
import type { PgmEvent } from '../../../src/core/events.js';
import { FollowedSource } from '../../../src/operations/watch/follow-source.js';
import { MemorySource } from '../../support/memory/source.js';

function follow(source: MemorySource): { followed: FollowedSource; told: () => string[] } {
  const events: PgmEvent[] = [];
  const followed = new FollowedSource(source, (event) => events.push(event));
  return { followed, told: () => events.splice(0).map(({ kind }) => kind) };
}

test('a snapshot is told once, and is the same object as long as its content is the same', async () => {
  const source = new MemorySource({ 'a/1_x.sql': 'v1' });
  const { followed, told } = follow(source);
  expect(followed.snapshot).toBeNull();
  const first = await followed.refresh();
  expect(followed.snapshot).toBe(first);
  expect(told()).toEqual(['source-read']);
  source.files = { 'a/1_x.sql': 'v1\r\n' };
  expect(await followed.refresh()).toBe(first);
  expect(told()).toEqual([]);
  source.files = { 'a/1_x.sql': 'v2' };
  expect(await followed.refresh()).not.toBe(first);
  expect(told()).toEqual(['source-read']);
});

test('a source that is not there is told once for each reason', async () => {
  const source = new MemorySource(null);
  const { followed, told } = follow(source);
  expect(await followed.refresh()).toBeNull();
  expect(await followed.refresh()).toBeNull();
  expect(told()).toEqual(['source-missing']);
  source.missingBecause = '/migrations is a file; a directory is needed';
  await followed.refresh();
  expect(told()).toEqual(['source-missing']);
});

test('a source that went and came back is told again, also when it is as it was', async () => {
  const source = new MemorySource({ 'a/1_x.sql': 'v1' });
  const { followed, told } = follow(source);
  await followed.refresh();
  source.files = null;
  expect(await followed.refresh()).toBeNull();
  expect(followed.snapshot).toBeNull();
  source.files = { 'a/1_x.sql': 'v1' };
  await followed.refresh();
  source.files = null;
  await followed.refresh();
  expect(told()).toEqual(['source-read', 'source-missing', 'source-read', 'source-missing']);
});

test('what is no missing source is thrown', async () => {
  const source = new MemorySource({});
  source.read = () => Promise.reject(new TypeError('a mistake of ours'));
  await expect(follow(source).followed.refresh()).rejects.toBeInstanceOf(TypeError);
});
