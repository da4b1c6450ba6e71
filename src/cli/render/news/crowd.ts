import type { PgmEvent } from '../../../core/events.js';
import { mostTold, type Told } from '../words/sentence.js';

/** The files of one run that were not applied: the first are reported, the others counted. */
export class Crowd {
  #failed = 0;
  #held = 0;

  /** Whether this one is still reported. */
  takes({ kind }: Extract<PgmEvent, { kind: 'migration-failed' | 'migration-held' }>): boolean {
    if (kind === 'migration-failed') return (this.#failed += 1) <= mostTold;
    return (this.#held += 1) <= mostTold;
  }

  /** How many were not reported. */
  summary(): readonly Told[] {
    return [
      ...more('error', 'more-failed', this.#failed, 'failed'),
      ...more('warn', 'more-held', this.#held, 'held'),
    ];
  }
}

function more(
  level: Told['level'],
  event: Told['event'],
  all: number,
  state: string,
): readonly Told[] {
  const count = all - mostTold;
  const text = `and ${count} more ${state}: pgm status`;
  return count > 0 ? [{ level, text, event, facts: { count } }] : [];
}
