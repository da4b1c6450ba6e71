import type { PgmEvent } from '../../../core/events.js';
import { duration } from '../../../core/text/words.js';
import { type Told } from '../words/sentence.js';

/**
 * Reports the end of trouble with PostgreSQL once. A server that did not answer is back as soon as it does; if it then fails
 * before any progress, it is back only after progress the next time. Other trouble is over once there is progress. Times are
 * milliseconds of the monotonic clock.
 */
export class Outage {
  #everAnswered = false;
  #since: number | null = null;
  /** When it answered after the last trouble; null while it does not. */
  #answeredAt: number | null = null;
  /** Whether the server did not answer; false if it answered and something else failed. */
  #wasSilent = false;
  /** It was reported as back, without any progress since. */
  #isUnproven = false;
  /** It was reported as back too early. */
  #wasHasty = false;

  /** `isNews`: whether the event itself gets a line. Returns the sentence that belongs before it, or null. */
  hear(event: PgmEvent, isNews: boolean, now: number): Told | null {
    switch (event.kind) {
      case 'waiting-for-postgres':
      case 'run-failed':
        this.#trouble(now);
        return null;
      case 'postgres-answered':
        return this.#answered(now);
      case 'database-ensured':
        this.#answeredAt ??= now;
        return this.#progress();
      case 'run-finished':
      case 'dry-run-finished':
        return this.#runEnded();
      case 'migration-applied':
      case 'migration-skipped':
      case 'migration-failed':
      case 'migration-slow':
      case 'note':
        return isNews ? this.#progress() : null;
      default:
        return null;
    }
  }

  #trouble(now: number): void {
    if (this.#since === null) this.#wasSilent = false;
    this.#since ??= now;
    if (this.#answeredAt === null) this.#wasSilent = true;
    this.#answeredAt = null;
    if (this.#isUnproven) this.#wasHasty = true;
    this.#isUnproven = false;
  }

  /** Without runs there is no other progress: a second answer without trouble in between is enough. */
  #answered(now: number): Told | null {
    if (this.#answeredAt !== null) return this.#progress();
    this.#answeredAt = now;
    if (!this.#wasSilent || this.#wasHasty) return null;
    this.#isUnproven = this.#since !== null;
    return this.#over();
  }

  #runEnded(): Told | null {
    const sentence = this.#progress();
    this.#answeredAt = null;
    return sentence;
  }

  #progress(): Told | null {
    this.#isUnproven = false;
    this.#wasHasty = false;
    return this.#over();
  }

  #over(): Told | null {
    const since = this.#since;
    const until = this.#answeredAt;
    if (until === null) return null;
    const again = this.#everAnswered ? ' again' : '';
    this.#everAnswered = true;
    this.#since = null;
    if (since === null) return null;
    const what = this.#wasSilent ? `PostgreSQL answers${again}` : 'runs succeed again';
    const afterMs = Math.round(until - since);
    return {
      level: 'info',
      text: `${what} after ${duration(afterMs)}`,
      event: 'postgres-back',
      facts: { afterMs },
    };
  }
}
