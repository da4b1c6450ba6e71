import type { PgmEvent } from '../../../core/events.js';
import { toldOf } from '../../../core/fleet/alike.js';
import type { Told } from '../words/sentence.js';

type TargetFinished = Extract<PgmEvent, { kind: 'target-finished' }>;

/** How many different failures are remembered. */
const mostKnown = 1_000;

/** Failures at targets of a fleet: the same failure at the next target is one line, without excerpt and advice. */
export class TargetFailures {
  readonly #told = new Set<string>();

  shortened({ outcome }: TargetFinished, sentences: readonly Told[]): readonly Told[] {
    if (outcome.failure === null) return sentences;
    const what = toldOf(outcome.failure);
    if (this.#told.has(what)) return sentences.map((sentence) => ({ ...sentence, below: [] }));
    if (this.#told.size < mostKnown) this.#told.add(what);
    return sentences;
  }
}
