import { expect, test } from 'vitest';
import { Interrupted } from '../../src/core/errors.js';
import { HintSlot } from '../../src/source/hints.js';

test('a hint that nobody took is not given once the slot is closed', async () => {
  const slot = new HintSlot();
  slot.put('event');
  slot.close();
  await expect(slot.take(new AbortController().signal)).rejects.toBeInstanceOf(Interrupted);
});
