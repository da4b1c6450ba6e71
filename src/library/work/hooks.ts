import type { Emit } from '../../core/events.js';
import type { Stop } from '../../core/ports.js';

/** Where the events of some work go, and what stops it. */
export interface Hooks {
  readonly emit: Emit;
  readonly stop: Stop;
}
