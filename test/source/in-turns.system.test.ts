import { expect, test } from 'vitest';
import { inTurns, readSource } from '../../src/source/read-source.js';
import { makeTree } from '../support/tree.js';

/** How often others had their turn while this went on. */
async function turnsDuring(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  const ticking = setInterval(() => {
    turns += 1;
  }, 1);
  try {
    await work();
  } finally {
    clearInterval(ticking);
  }
  return turns;
}

function* busySteps(count: number, ms: number): Generator<undefined, string, undefined> {
  for (let step = 0; step < count; step += 1) {
    const end = performance.now() + ms;
    while (performance.now() < end);
    yield;
  }
  return 'done';
}

test('others have their turn between the steps', async () => {
  const turns = await turnsDuring(async () => {
    expect(await inTurns(busySteps(30, 5))).toBe('done');
  });
  expect(turns).toBeGreaterThanOrEqual(3);
});

test('a large file is decoded and hashed in turns', async () => {
  const tree = await makeTree({ 'a/001_x.sql': Buffer.alloc(24 << 20, 'select 1; -- é\r\n') });
  try {
    const turns = await turnsDuring(() =>
      readSource(tree.directory, { schemas: null, reserved: [] }),
    );
    expect(turns).toBeGreaterThanOrEqual(2);
  } finally {
    await tree.remove();
  }
});
