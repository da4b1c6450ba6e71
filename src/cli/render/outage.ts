import type { PgmEvent } from '../../core/events.js';
import { duration } from '../../core/words.js';
import { type Told } from './sentence.js';

/**
 * The end of trouble with PostgreSQL is told once, and not before something was achieved: a server that answers and
 * dies in the same breath, again and again, is not back. Times are milliseconds of the monotonic clock.
 */
export class Outage {
  #everAnswered = false;
  #since: number | null = null;
  /** When it answered after the last trouble; null while it does not. */
  #answeredAt: number | null = null;
  /** False for a server that answers, and something else is in the way. */
  #wasSilent = false;

  /** `isNews`: whether there is something to tell of this event. Gives the sentence that belongs before it, or null. */
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
        return this.#over();
      case 'run-finished':
      case 'dry-run-finished':
        return this.#runEnded();
      case 'migration-applied':
      case 'migration-skipped':
      case 'migration-failed':
      case 'migration-slow':
      case 'note':
        return isNews ? this.#over() : null;
      default:
        return null;
    }
  }

  #trouble(now: number): void {
    if (this.#since === null) this.#wasSilent = false;
    this.#since ??= now;
    if (this.#answeredAt === null) this.#wasSilent = true;
    this.#answeredAt = null;
  }

  /** Who only follows has nothing else to show: a second answer without trouble in between is enough. */
  #answered(now: number): Told | null {
    if (this.#answeredAt !== null) return this.#over();
    this.#answeredAt = now;
    return null;
  }

  #runEnded(): Told | null {
    const sentence = this.#over();
    this.#answeredAt = null;
    return sentence;
  }

  #over(): Told | null {
    const since = this.#since;
    const until = this.#answeredAt;
    if (until === null) return null;
    const again = this.#everAnswered ? ' again' : '';
    this.#everAnswered = true;
    this.#since = null;
    if (since === null) return null;
    const what = this.#wasSilent ? `PostgreSQL answers${again}` : 'runs go through again';
    const afterMs = Math.round(until - since);
    return {
      level: 'info',
      text: `${what} after ${duration(afterMs)}`,
      event: 'postgres-back',
      facts: { afterMs },
    };
  }
}
