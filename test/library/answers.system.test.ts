import { afterEach, beforeEach, expect, test } from 'vitest';
import { Answers } from '../../src/library/work/answers.js';
import { FollowedSource } from '../../src/operations/watch/follow-source.js';
import { MemoryDatabase } from '../support/memory/database.js';
import { MemorySource } from '../support/memory/source.js';

let answers: Answers;
let followed: FollowedSource;
let source: MemorySource;

beforeEach(() => {
  answers = new Answers('onlooker', { namespace: '', configMap: '' }, 1_000);
  source = new MemorySource({ 'a/1_x.sql': 'v1' });
  followed = new FollowedSource(source, () => undefined);
});

afterEach(() => answers.close());

function begin(): void {
  answers.begin({
    database: new MemoryDatabase(),
    source: { directory: '/m', origin: 'flag --dir', reason: '', schemas: null, allowEmpty: false },
    onChange: 'rerun',
    readiness: 'applied',
    snapshot: () => followed.snapshot,
    hasLooked: () => followed.hasLooked,
    activity: () => null,
    stopping: () => false,
    beatAt: () => 0,
  });
}

async function told(): Promise<readonly unknown[]> {
  const [health, view] = await Promise.all([answers.check(null), answers.view()]);
  return [health.reason, view === null];
}

test('while the source is read for the first time, probes are told that pgm is starting, not that there is no source', async () => {
  expect(await told()).toEqual(['starting', true]);
  begin();
  expect(await told()).toEqual(['starting', true]);
  await followed.refresh();
  expect(await told()).toEqual(['1 pending', false]);
});

test('a source that was looked for and is not there is told', async () => {
  source.files = null;
  begin();
  await followed.refresh();
  expect(await told()).toEqual(['migrations directory missing or not readable', false]);
});
