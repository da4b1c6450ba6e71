import type { Emit } from '../../core/events.js';
import type { Stop } from '../../core/ports.js';

/** Where the news of some work go, and what ends it. */
export interface Hooks {
  readonly emit: Emit;
  readonly stop: Stop;
}
