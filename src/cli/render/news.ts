import type { PgmEvent } from '../../core/events.js';
import { endedBy } from './ended-by.js';
import { Outage } from './outage.js';
import type { Slot, Told } from './sentence.js';
import { slotOf } from './sentence.js';
import { sentencesOf } from './sentences.js';

export interface NewsOptions {
  /** Directory of the source, as the person gave it, for `file:line:col`. */
  readonly directory: string;
  /** Tells what did not change too, each time. */
  readonly everything: boolean;
}

/**
 * What is worth a line: each thing that changed, once, and nothing of what did not. A sentence with a slot is told when it
 * differs from the one told last in its slot; an event that ends what the slot is about empties it, so that its return is
 * news. Decides only; times are milliseconds of the monotonic clock.
 */
export class News {
  readonly #slots = new Map<Slot, Map<string, number>>();
  readonly #outage = new Outage();
  /** What the server said of a file that failed before: told only if the file does not fail as before. */
  #aside: Told[] = [];

  constructor(readonly options: NewsOptions) {}

  /** The sentences of an event that are news at `now`. */
  of(event: PgmEvent, now: number): readonly Told[] {
    const { directory, everything } = this.options;
    const sentences = sentencesOf(event, directory);
    if (!everything && this.#isKnownToFail(event)) {
      this.#aside.push(...sentences);
      return [];
    }
    const news = everything ? sentences : sentences.filter((each) => this.#isNews(each, now));
    const back = this.#outage.hear(event, news.length > 0, now);
    if (back !== null) this.#slots.delete(slotOf('postgres'));
    this.#forget(endedBy(event));
    return [...(back === null ? [] : [back]), ...this.#setAside(event, news.length > 0), ...news];
  }

  /** Notices come before the outcome, so they wait for it. */
  #isKnownToFail(event: PgmEvent): boolean {
    const isNotice = event.kind === 'notice' || event.kind === 'notices-dropped';
    return isNotice && this.#slots.has(slotOf('file', event.key));
  }

  #setAside(event: PgmEvent, isNews: boolean): readonly Told[] {
    switch (event.kind) {
      case 'migration-applied':
      case 'migration-failed': {
        const aside = this.#aside;
        this.#aside = [];
        return isNews ? aside : [];
      }
      case 'migration-started':
      case 'run-failed':
        this.#aside = [];
        return [];
      default:
        return [];
    }
  }

  #isNews({ slot, gist, text }: Told, now: number): boolean {
    if (slot === undefined) return true;
    const told = this.#slots.get(slot) ?? new Map<string, number>();
    const what = gist ?? text;
    const isLast = [...told.keys()].at(-1) === what;
    if (isLast || now - (told.get(what) ?? -Infinity) < alternatingMs) return false;
    this.#slots.set(slot, asLast(told, what, now));
    return true;
  }

  #forget(isOver: (slot: Slot) => boolean): void {
    for (const slot of this.#slots.keys()) if (isOver(slot)) this.#slots.delete(slot);
  }
}

/** Two causes that take turns are not told at each turn. */
const alternatingMs = 600_000;

/** Enough to know causes that take turns; a text that differs each time must not fill the memory. */
const mostKnown = 16;

function asLast(told: ReadonlyMap<string, number>, what: string, now: number): Map<string, number> {
  const others = [...told].filter(([other]) => other !== what);
  return new Map([...others.slice(1 - mostKnown), [what, now]]);
}
