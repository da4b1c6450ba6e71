import { expect, test } from 'vitest';
import type { Emit } from '../../src/core/events.js';
import { FollowedSource } from '../../src/operations/watch/follow-source.js';
import { serveHealth } from '../../src/operations/serve-health.js';
import { settled } from '../support/memory/clock.js';
import { MemorySource, MemorySourceWatch } from '../support/memory/source.js';

test('the newest snapshot is at hand after every hint, until the signal fires', async () => {
  const source = new MemorySource(null);
  const hints = new MemorySourceWatch();
  const followed = new FollowedSource(source, () => undefined);
  const stop = new AbortController();
  const hinted: string[] = [];
  let beats = 0;
  const emit: Emit = (event) => hinted.push(event.kind);
  const beat = (): void => {
    beats += 1;
  };
  const ports = { followed, sourceWatch: hints, emit, beat };
  const serving = serveHealth(ports, stop.signal);
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
  expect(beats).toBe(3);
  expect(hinted).toEqual(['source-hinted', 'source-hinted']);
  stop.abort();
  await serving;
});

test('what is no interruption ends it with that', async () => {
  const hints = new MemorySourceWatch();
  hints.next = () => Promise.reject(new TypeError('a mistake of ours'));
  const followed = new FollowedSource(new MemorySource({}), () => undefined);
  const ports = { followed, sourceWatch: hints, emit: () => undefined, beat: () => undefined };
  const serving = serveHealth(ports, new AbortController().signal);
  await expect(serving).rejects.toBeInstanceOf(TypeError);
});
