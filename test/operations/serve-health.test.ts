import { expect, test } from 'vitest';
import { FollowedSource } from '../../src/operations/follow-source.js';
import { serveHealth } from '../../src/operations/serve-health.js';
import { settled } from '../support/memory/clock.js';
import { MemorySource, MemorySourceWatch } from '../support/memory/source.js';

test('the newest snapshot is at hand after every hint, until the signal fires', async () => {
  const source = new MemorySource(null);
  const hints = new MemorySourceWatch();
  const followed = new FollowedSource(source, () => undefined);
  const stop = new AbortController();
  const serving = serveHealth(followed, hints, stop.signal);
  await settled();
  expect(followed.snapshot).toBeNull();
  source.files = { 'a/1_x.sql': 'v1' };
  hints.hint();
  await settled();
  expect(followed.snapshot?.migrations).toHaveLength(1);
  source.files = {};
  hints.hint();
  await settled();
  expect(followed.snapshot?.migrations).toHaveLength(0);
  expect(source.reads).toBe(3);
  stop.abort();
  await serving;
});

test('what is no interruption ends it with that', async () => {
  const hints = new MemorySourceWatch();
  hints.next = () => Promise.reject(new TypeError('a mistake of ours'));
  const followed = new FollowedSource(new MemorySource({}), () => undefined);
  await expect(serveHealth(followed, hints, new AbortController().signal)).rejects.toBeInstanceOf(
    TypeError,
  );
});
