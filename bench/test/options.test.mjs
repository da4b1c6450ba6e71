import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseOptions } from '../lib/options.mjs';

test('without options it is the whole benchmark', () => {
  assert.deepEqual(parseOptions([]), {
    short: false,
    growth: false,
    latency: false,
    publish: false,
    help: false,
    only: null,
    rounds: null,
    corpora: ['A', 'B', 'C', 'D', 'D2'],
    limitMs: 180_000,
  });
});

test('some corpora, some contestants, some rounds', () => {
  const options = parseOptions('--corpora A,D2 --only pgm,dbmate --rounds 5 --limit 30'.split(' '));
  assert.deepEqual(options.corpora, ['A', 'D2']);
  assert.deepEqual(options.only, ['pgm', 'dbmate']);
  assert.deepEqual([options.rounds, options.limitMs], [5, 30_000]);
});

test('what makes no sense is refused with what would', () => {
  assert.throws(() => parseOptions(['--corpora', 'A,X']), /no corpus "X": give some of A,B,C,D,D2/);
  assert.throws(() => parseOptions(['--rounds', '0']), /--rounds "0" is not a count/);
  assert.throws(() => parseOptions(['--limit', 'soon']), /--limit "soon" is not a count/);
  assert.throws(() => parseOptions(['--fast']), /--fast/);
});

test('a part of the benchmark cannot be published', () => {
  for (const part of [['--short'], ['--latency'], ['--only', 'pgm'], ['--corpora', 'A']]) {
    assert.throws(() => parseOptions(['--publish', ...part]), /only the whole benchmark/);
  }
});
