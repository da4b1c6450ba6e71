import type { PgmEvent } from '../../../core/events.js';
import type { Snapshot } from '../../../core/files/migration.js';
import type { RunReport, Verdict } from '../../../core/run/report.js';
import { goneFromSource } from '../words/sentences/gone-sentences.js';
import { Crowd } from './crowd.js';
import { Outage } from './outage.js';
import { TargetFailures } from './target-failures.js';
import { type Slot, slotOf, type Told, type Topic } from '../words/sentence.js';
import { sentencesOf } from '../words/sentences/sentences.js';

/**
 * Decides what is worth a line: each change, once. A sentence with a slot is news if it differs from the last one in its
 * slot; an event that ends what the slot is about clears the slot, so that the same sentence is news again. Times are
 * milliseconds of the monotonic clock.
 *
 * `directory`: that of the source, as the user gave it, for `file:line:col`. `everything` includes what did not change.
 */
export class News {
  readonly #slots = new Map<Slot, Map<string, number>>();
  readonly #outage = new Outage();
  /** Null while no target of a fleet has ended. */
  #targetFailures: TargetFailures | null = null;
  /** Notices for a file that failed before: they are news only if the file now fails differently. */
  #aside: Told[] = [];
  /** For the current run; null while nothing has failed in it. */
  #crowd: Crowd | null = null;

  constructor(readonly options: { readonly directory: string; readonly everything: boolean }) {}

  /** The sentences of an event that are news at `now`. */
  of(event: PgmEvent, now: number): readonly Told[] {
    const { directory, everything } = this.options;
    const sentences = this.#shortened(event, sentencesOf(event, directory));
    if (!everything && this.#isKnownToFail(event)) {
      this.#aside.push(...sentences);
      return [];
    }
    const news = everything ? sentences : sentences.filter((each) => this.#isNews(each, now));
    const back = this.#outage.hear(event, news.length > 0, now);
    if (back !== null) this.#slots.delete(slotOf('postgres'));
    this.#forget(endedBy(event));
    const told = everything || news.length === 0 || this.#hasRoomFor(event) ? news : [];
    const before = [...(back === null ? [] : [back]), ...this.#untold(event)];
    return [...before, ...this.#setAside(event, told.length > 0), ...told];
  }

  /** A failure that was already reported for another target takes one line. */
  #shortened(event: PgmEvent, sentences: readonly Told[]): readonly Told[] {
    if (event.kind !== 'target-finished' || this.options.everything) return sentences;
    this.#targetFailures ??= new TargetFailures();
    return this.#targetFailures.shortened(event, sentences);
  }

  /** A run reports only the first of the files that are not applied. */
  #hasRoomFor(event: PgmEvent): boolean {
    if (event.kind !== 'migration-failed' && event.kind !== 'migration-held') return true;
    this.#crowd ??= new Crowd();
    return this.#crowd.takes(event);
  }

  #untold({ kind }: PgmEvent): readonly Told[] {
    if (kind !== 'run-finished' && kind !== 'run-failed' && kind !== 'run-planned') return [];
    const summary = this.#crowd?.summary() ?? [];
    this.#crowd = null;
    return summary;
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

/** Milliseconds in which two alternating causes are not reported again. */
const alternatingMs = 600_000;

/** Enough for alternating causes; a text that differs each time must not fill the memory. */
const mostKnown = 16;

function asLast(told: ReadonlyMap<string, number>, what: string, now: number): Map<string, number> {
  const others = [...told].filter(([other]) => other !== what);
  return new Map([...others.slice(1 - mostKnown), [what, now]]);
}

/** Returns whether the event ends what a slot is about. */
function endedBy(event: PgmEvent): (slot: Slot) => boolean {
  switch (event.kind) {
    case 'source-read':
      return bySource(event.snapshot);
    case 'migration-applied':
    case 'migration-skipped':
    case 'migration-baselined': {
      const { key } = event;
      const over = [
        ...(['file', 'contention', 'slow'] as const).map((topic) => slotOf(topic, key)),
        slotOf('lock'),
      ];
      const ended = new Set<Slot>([...over, slotOf('result'), slotOf('verdict')]);
      return (slot) => ended.has(slot);
    }
    case 'run-finished':
      return byRun(event.report, event.verdict);
    case 'target-finished': {
      const own = ` at ${event.outcome.target}`;
      return (slot) => slot.endsWith(own);
    }
    case 'waiting-for-postgres':
    case 'run-failed':
      // After trouble, the verdict and a running file are news again.
      return isAbout(['verdict', 'slow']);
    default:
      return () => false;
  }
}

/** After new content each result is news again: the person who changed it waits for one, even if it is the same. */
const judgements: readonly Topic[] = [
  ...(['file', 'contention', 'slow', 'intent', 'lock', 'result', 'verdict'] as const),
];

function bySource({ warnings, leftOut }: Snapshot): (slot: Slot) => boolean {
  const standing = new Set<Slot>([
    ...warnings.map((warning) => slotOf('source-warning', warning)),
    ...leftOut.map(({ schema }) => slotOf('left-out', schema)),
  ]);
  const isJudgement = isAbout(judgements);
  const isOfSource = isAbout(['source-warning', 'left-out']);
  return (slot) => isJudgement(slot) || (isOfSource(slot) && !standing.has(slot));
}

function byRun({ statuses, kept }: RunReport, verdict: Verdict): (slot: Slot) => boolean {
  const standing = new Set<Slot>(kept.map((key) => slotOf('kept', key)));
  const missing = statuses.filter(({ state }) => state === 'missing');
  const gone = missing.length === 0 ? [] : goneFromSource(statuses, missing);
  for (const { slot } of gone) if (slot !== undefined) standing.add(slot);
  for (const { key, state, renamedFrom } of statuses) {
    if (renamedFrom !== null) standing.add(slotOf('renamed', key));
    if (state === 'failed' || state === 'held') {
      standing.add(slotOf('file', key));
      standing.add(slotOf('contention', key));
    }
  }
  // Runners that all retry one failing file wait for each other all the time.
  if (verdict.kind === 'behind' && verdict.failing) standing.add(slotOf('lock'));
  const isOfRun = isAbout(['kept', 'missing', 'renamed', 'file', 'contention', 'lock']);
  return (slot) => isOfRun(slot) && !standing.has(slot);
}

function isAbout(topics: readonly Topic[]): (slot: Slot) => boolean {
  const wanted = new Set<string>(topics);
  return (slot) => wanted.has(slot.slice(0, slot.indexOf(' ')));
}
