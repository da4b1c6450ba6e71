import assert from 'node:assert/strict';
import { test } from 'node:test';
import { corpora, fullSizes, shortSizes } from '../lib/corpora.mjs';

/** @param {import('../lib/corpora.mjs').Sizes} sizes @param {string} letter */
function onlyFile(sizes, letter) {
  const corpus = corpora(sizes).find((one) => one.letter === letter);
  const files = [...(corpus?.files() ?? [])];
  assert.equal(files.length, 1);
  return files[0]?.sql ?? '';
}

/** @param {string} sql */
const statements = (sql) => sql.split(';\n').length - 1;

test('D and D′ have as many bytes and differ in the length of their statements', () => {
  const [long, single] = [onlyFile(fullSizes, 'D'), onlyFile(fullSizes, 'D2')];
  for (const sql of [long, single]) {
    assert.ok(Math.abs(Buffer.byteLength(sql) / 2 ** 20 - 50) < 0.2);
  }
  assert.ok(Math.abs(statements(long) - 500) < 50);
  assert.ok(Math.abs(statements(single) - 196_000) < 1_000);
});

test('each statement of D′ has one row, and no two the same', () => {
  const lines = onlyFile(shortSizes, 'D2').trimEnd().split('\n');
  for (const line of lines) {
    assert.match(line, /^INSERT INTO public\.bulk VALUES \((\d+), '\1 [^']+'\);$/);
  }
  assert.equal(new Set(lines).size, lines.length);
});
