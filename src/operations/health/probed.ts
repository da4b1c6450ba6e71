import {
  DatabaseMissing,
  HistoryTooNew,
  noPrimary,
  Refused,
  Transient,
} from '../../core/errors.js';
import { sqlstates } from '../../core/failure/sqlstates.js';
import type { Clock, Database, Observer } from '../../core/ports.js';

/** The last answer of the database. */
export type Known<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'no-database' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'no-primary' }
  | { readonly kind: 'refused' };

interface ProbedOptions<Answer> {
  readonly database: Database;
  readonly clock: Clock;
  readonly question: (session: Observer) => Promise<Answer>;
  /** Called when the server has answered: nothing has to wait for it any longer. */
  readonly onAnswered?: (() => void) | undefined;
}

/** Milliseconds an answer from the database stays valid; probes come every few seconds, a flood of requests must not reach it. */
const freshForMs = 1_000;
/** Milliseconds the database has to answer; a probe's own timeout is often 1 s, and the next probe gets the answer. */
const patienceMs = 2_000;

/**
 * One question to the database, as HTTP clients may ask it: one at a time however many ask until it is forgotten, and with a
 * short timeout. Each uses the second connection of a run, or one that is closed afterwards: a kept session would block a
 * smart shutdown of the server for ever, as the server does not announce it.
 */
export class Probed<Answer> {
  #asking: Promise<Known<Answer>> | null = null;
  #last: { readonly at: number; readonly known: Known<Answer> } | null = null;
  #isClosed = false;
  /** One for each question that is being asked. */
  readonly #asked = new Set<AbortController>();
  /** Sessions that are being closed. */
  readonly #leaving = new Set<Promise<void>>();

  constructor(readonly options: ProbedOptions<Answer>) {}

  /** Never throws. Returns the same object as long as it is the same answer. */
  async ask(): Promise<Known<Answer>> {
    const last = this.#last;
    if (last !== null && this.options.clock.now() - last.at < freshForMs) return last.known;
    this.#asking ??= this.#askAnew(last?.known ?? null);
    return this.#asking;
  }

  /** True until `forget` is called after the question that this answers. */
  isCurrent(known: Known<Answer>): boolean {
    return this.#last?.known === known;
  }

  /** What is known, or is being asked right now, is out of date. */
  forget(): void {
    this.#last = null;
    this.#asking = null;
  }

  /** No more answers are needed. */
  async close(): Promise<void> {
    this.#isClosed = true;
    for (const over of this.#asked) over.abort();
    await Promise.all(this.#leaving);
  }

  #askAnew(before: Known<Answer> | null): Promise<Known<Answer>> {
    const asking = this.#askInTime().then((heard): Known<Answer> => {
      // A server that is full does answer, and its earlier answer still holds.
      const known = heard.kind === 'full' ? (before ?? unreachable) : heard;
      if (this.#asking === asking) {
        this.#last = { at: this.options.clock.now(), known };
        this.#asking = null;
      }
      if (known.kind === 'answered' || known.kind === 'no-database') this.options.onAnswered?.();
      return known;
    });
    return asking;
  }

  async #askInTime(): Promise<Heard<Answer>> {
    const over = new AbortController();
    this.#asked.add(over);
    if (this.#isClosed) over.abort();
    const late = this.options.clock.sleep(patienceMs, over.signal).then(
      () => unreachable,
      () => unreachable,
    );
    const heard = await Promise.race([this.#askOver(over.signal), late]);
    this.#asked.delete(over);
    over.abort();
    return heard;
  }

  /** The session is closed when `over` fires, which it does in any case. */
  async #askOver(over: AbortSignal): Promise<Heard<Answer>> {
    const { database, question } = this.options;
    try {
      const session = await database.observe();
      const leave = (): void => {
        this.#leave(session);
      };
      over.addEventListener('abort', leave);
      // The answer is no longer needed.
      if (over.aborted) leave();
      else return { kind: 'answered', answer: await question(session) };
      return unreachable;
    } catch (error) {
      return heardFrom(error);
    }
  }

  #leave(session: Observer): void {
    const leaving = session
      .close()
      .catch(() => undefined)
      .finally(() => this.#leaving.delete(leaving));
    this.#leaving.add(leaving);
  }
}

const unreachable = { kind: 'unreachable' } as const;

/** The server has no connection left for us. */
const full = { kind: 'full' } as const;

type Heard<Answer> = Known<Answer> | typeof full;

function heardFrom(error: unknown): Heard<never> {
  if (error instanceof DatabaseMissing) return { kind: 'no-database' };
  if (error instanceof Transient && error.code === noPrimary) return { kind: 'no-primary' };
  if (error instanceof Transient && error.code === sqlstates.tooManyConnections) return full;
  const isRefusal = error instanceof Refused || error instanceof HistoryTooNew;
  return isRefusal ? { kind: 'refused' } : unreachable;
}
