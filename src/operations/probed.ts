import { DatabaseMissing, HistoryTooNew, Refused, Transient } from '../core/errors.js';
import type { Clock, Database, Session } from '../core/ports.js';

/** What the database said when it was last asked. */
export type Known<Answer> =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'no-database' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'refused' };

export interface ProbedOptions<Answer> {
  readonly database: Database;
  readonly clock: Clock;
  readonly question: (session: Session) => Promise<Answer>;
  /** Milliseconds after which a connection that nobody asks over is closed; null keeps it. */
  readonly idleMs: number | null;
}

/** Milliseconds an answer of the database stands for; probes come every few seconds, a flood of requests must not reach it. */
const freshForMs = 1_000;
/** Milliseconds the database has to answer; a probe's own time-out is often 1 s, and the next probe gets the answer. */
const patienceMs = 2_000;

/**
 * One question about the database, as HTTP clients may ask it: once at a time however many ask, over one connection that
 * nothing else uses, and never waited for long.
 */
export class Probed<Answer> {
  #session: Session | null = null;
  #asking: Promise<Known<Answer>> | null = null;
  #last: { readonly at: number; readonly known: Known<Answer> } | null = null;
  #idle = new AbortController();
  #closed = false;

  constructor(readonly options: ProbedOptions<Answer>) {}

  /** Never throws. The same object as long as it stands for the same answer. */
  async ask(): Promise<Known<Answer>> {
    const last = this.#last;
    if (last !== null && this.options.clock.now() - last.at < freshForMs) return last.known;
    this.#asking ??= this.#askAnew();
    return this.#asking;
  }

  /** True as long as nobody said `forget` since the question that this answers. */
  isCurrent(known: Known<Answer>): boolean {
    return this.#last?.known === known;
  }

  /** What is known, or is being asked at the moment, is out of date. */
  forget(): void {
    this.#last = null;
    this.#asking = null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#idle.abort();
    const session = this.#session;
    this.#session = null;
    await session?.close();
  }

  #askAnew(): Promise<Known<Answer>> {
    this.#idle.abort();
    const asking: Promise<Known<Answer>> = this.#askInTime().then((known) => {
      if (this.#asking === asking) {
        this.#last = { at: this.options.clock.now(), known };
        this.#asking = null;
      }
      this.#rest();
      return known;
    });
    return asking;
  }

  /** A connection that does not answer in time is given up; the next one who asks opens another. */
  async #askInTime(): Promise<Known<Answer>> {
    const over = new AbortController();
    const late = this.options.clock.sleep(patienceMs, over.signal).then(
      () => unreachable,
      () => unreachable,
    );
    const known = await Promise.race([this.#askOver(over.signal), late]);
    over.abort();
    return known;
  }

  /** The server may have dropped a connection that was idle for a while; that alone is no reason to say no. */
  async #askOver(over: AbortSignal): Promise<Known<Answer>> {
    if (this.#session !== null) {
      const known = await this.#put(this.#session, over);
      if (known.kind !== 'unreachable' || over.aborted) return known;
    }
    try {
      return await this.#put(await this.#connect(over), over);
    } catch (error) {
      return knownFrom(error);
    }
  }

  /** A session that hangs or fails is dropped: its server, or the way there, is gone. */
  async #put(session: Session, over: AbortSignal): Promise<Known<Answer>> {
    const drop = (): void => {
      this.#drop(session);
    };
    over.addEventListener('abort', drop);
    try {
      return { kind: 'answered', answer: await this.options.question(session) };
    } catch (error) {
      const known = knownFrom(error);
      if (known.kind === 'unreachable') drop();
      return known;
    } finally {
      over.removeEventListener('abort', drop);
    }
  }

  /** Who comes when nobody waits any more is sent away. */
  async #connect(over: AbortSignal): Promise<Session> {
    const session = await this.options.database.connect();
    const isTooLate = over.aborted || this.#closed;
    if (!isTooLate && this.#session === null) {
      this.#session = session;
      return session;
    }
    leave(session);
    if (this.#session === null) throw new Transient('nobody waits for it any more', null);
    return this.#session;
  }

  #drop(session: Session): void {
    if (this.#session !== session) return;
    this.#session = null;
    leave(session);
  }

  /** Lets the connection go once nobody has asked for a while. */
  #rest(): void {
    const { clock, idleMs } = this.options;
    const session = this.#session;
    if (idleMs === null || session === null || this.#asking !== null) return;
    this.#idle = new AbortController();
    clock.sleep(idleMs, this.#idle.signal).then(
      () => {
        this.#drop(session);
      },
      () => undefined,
    );
  }
}

/** Nobody waits for the goodbye of a connection that may be dead. */
function leave(session: Session): void {
  session.close().catch(() => undefined);
}

const unreachable = { kind: 'unreachable' } as const;

function knownFrom(error: unknown): Known<never> {
  if (error instanceof DatabaseMissing) return { kind: 'no-database' };
  const isRefusal = error instanceof Refused || error instanceof HistoryTooNew;
  return isRefusal ? { kind: 'refused' } : unreachable;
}
