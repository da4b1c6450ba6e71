import { setTimeout as delay } from 'node:timers/promises';
import { Interrupted } from '../core/errors.js';
import type { Clock } from '../core/ports.js';

/** The clock of this machine, which is not that of a test that has replaced the global one. */
export const realClock: Clock = {
  now: () => performance.now(),
  wallMs: () => Date.now(),
  random: () => Math.random(),
  sleep: async (ms, signal) => {
    try {
      await delay(ms, undefined, signal === undefined ? {} : { signal });
    } catch {
      throw new Interrupted();
    }
  },
};
