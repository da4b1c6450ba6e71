import { DatabaseMissing, HistoryTooNew, Refused, Transient } from '../core/errors.js';
import type { History } from '../core/history.js';
import type { Clock, Database, Session } from '../core/ports.js';

/** What the database said when it was last asked. */
export type Known =
  | { readonly kind: 'history'; readonly history: History }
  | { readonly kind: 'no-database' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'refused' };

/** Milliseconds an answer of the database stands for; probes come every few seconds, a flood of requests must not reach it. */
const freshForMs = 1_000;
/** Milliseconds the database has to answer; a probe's own time-out is often 1 s, and the next probe gets the answer. */
const patienceMs = 2_000;

/** The history as probes see it: asked for once at a time, over one connection, and never waited for long. */
export class ProbedHistory {
  #session: Session | null = null;
  #asking: Promise<Known> | null = null;
  #last: { readonly at: number; readonly known: Known } | null = null;
  #closed = false;

  constructor(readonly ports: { readonly database: Database; readonly clock: Clock }) {}

  /** Never throws. The same object as long as it stands for the same answer. */
  async ask(): Promise<Known> {
    const last = this.#last;
    if (last !== null && this.ports.clock.now() - last.at < freshForMs) return last.known;
    this.#asking ??= this.#askAnew();
    return this.#asking;
  }

  /** True as long as nobody said `forget` since the question that this answers. */
  isCurrent(known: Known): boolean {
    return this.#last?.known === known;
  }

  /** What is known, or is being asked at the moment, is out of date. */
  forget(): void {
    this.#last = null;
    this.#asking = null;
  }

  async close(): Promise<void> {
    this.#closed = true;
    const session = this.#session;
    this.#session = null;
    await session?.close();
  }

  #askAnew(): Promise<Known> {
    const asking: Promise<Known> = this.#askInTime().then((known) => {
      if (this.#asking === asking) {
        this.#last = { at: this.ports.clock.now(), known };
        this.#asking = null;
      }
      return known;
    });
    return asking;
  }

  /** A connection that does not answer in time is given up; the next probe opens another. */
  async #askInTime(): Promise<Known> {
    const over = new AbortController();
    const late = this.ports.clock.sleep(patienceMs, over.signal).then(
      () => unreachable,
      () => unreachable,
    );
    const known = await Promise.race([this.#askOver(over.signal), late]);
    over.abort();
    return known;
  }

  /** The server may have dropped a connection that was idle between two probes; that alone is no reason to say no. */
  async #askOver(over: AbortSignal): Promise<Known> {
    if (this.#session !== null) {
      const known = await this.#read(this.#session, over);
      if (known.kind !== 'unreachable' || over.aborted) return known;
    }
    try {
      return await this.#read(await this.#connect(over), over);
    } catch (error) {
      return knownFrom(error);
    }
  }

  /** A session that hangs or fails is dropped: its server, or the way there, is gone. */
  async #read(session: Session, over: AbortSignal): Promise<Known> {
    const drop = (): void => {
      this.#drop(session);
    };
    over.addEventListener('abort', drop);
    try {
      return { kind: 'history', history: await session.history() };
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
    const session = await this.ports.database.connect();
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
}

/** Nobody waits for the goodbye of a connection that may be dead. */
function leave(session: Session): void {
  session.close().catch(() => undefined);
}

const unreachable: Known = { kind: 'unreachable' };

function knownFrom(error: unknown): Known {
  if (error instanceof DatabaseMissing) return { kind: 'no-database' };
  const isRefusal = error instanceof Refused || error instanceof HistoryTooNew;
  return isRefusal ? { kind: 'refused' } : unreachable;
}
