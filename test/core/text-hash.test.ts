import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { TextHash } from '../../src/core/text-hash.js';

test.each([0, 1, 999, 1_000, 1_001, 2_500])('%i texts give the hash of all as one', (count) => {
  const texts = Array.from({ length: count }, (_, at) => `é${at}\n`);
  const hash = new TextHash();
  for (const text of texts) hash.add(text);
  expect(hash.digest()).toBe(createHash('sha256').update(texts.join('')).digest('hex'));
});
