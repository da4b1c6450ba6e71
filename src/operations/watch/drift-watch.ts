import type { DriftItem, DriftLook } from '../../core/drift/drift.js';
import { DatabaseMissing, Interrupted, PgmError, Transient } from '../../core/errors.js';
import type { Emit } from '../../core/events.js';
import type { Clock, Database, Stop } from '../../core/ports.js';
import {
  digestOfDrift,
  type DriftSeen,
  driftSeen,
  seenAgain,
} from '../../core/drift/drift-seen.js';
import { inTime, type Questions, settledOrAborted } from '../drift/in-time.js';
import { lookAtDrift } from '../drift/look.js';
import { breakingOff } from '../run/connect.js';

interface DriftWatchPorts {
  readonly database: Pick<Database, 'connect' | 'breakOff'>;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly stop: Pick<Stop, 'soon'>;
}

interface DriftWatchOptions {
  /** Milliseconds between two looks, at most. */
  readonly intervalMs: number;
  /** Milliseconds that a look may take. */
  readonly timeoutMs: number;
  /** Patterns of schemas and objects to leave out. */
  readonly ignored: readonly string[];
}

/** Milliseconds until the next look if this one cannot tell: the database is being changed right now. */
const soonMs = 10_000;

type Compared = Extract<DriftLook, { kind: 'compared' }>;

/**
 * Checks between two runs whether the database is still as the files made it, on the connection that a run would have, so
 * that no probe waits for it. No server error ends it, and it does not count as a sign of life of the loop.
 */
export class DriftWatch {
  #seen: DriftSeen | null = null;
  /** See `DriftLook`. */
  #state: string | null = null;
  /** The digest of the reported drift; null if there was none, or it is over. */
  #told: string | null = null;
  /** The last reported trouble; null once a look has finished. */
  #trouble: string | null = null;
  /** The drift of a restored database: reported once it stays the same. */
  #suspected: string | null = null;
  #dueAt = -Infinity;
  #over: AbortController | null = null;
  #working: Promise<void> = Promise.resolve();

  constructor(
    readonly ports: DriftWatchPorts,
    readonly options: DriftWatchOptions,
  ) {}

  /** From the last look that could tell; null before it, and once the history no longer has what it compares with. */
  get seen(): DriftSeen | null {
    return this.#seen;
  }

  /** Called when a run is over. `kept` settles when the catalog has been kept again; then it looks at once. */
  resume(kept: Promise<void> | null): void {
    if (this.#over !== null) return;
    if (kept !== null) this.#dueAt = -Infinity;
    const over = new AbortController();
    this.#over = over;
    this.#working = this.#lookAgain(kept, over.signal).catch((error: unknown) => {
      if (!(error instanceof Interrupted)) throw error;
    });
  }

  /** Called when a run begins. Settles when it asks the server nothing any more. */
  async pause(): Promise<void> {
    this.#over?.abort();
    this.#over = null;
    await this.#working;
  }

  async #lookAgain(kept: Promise<void> | null, over: AbortSignal): Promise<void> {
    const { clock } = this.ports;
    if (kept !== null) await settledOrAborted(kept, over);
    while (!over.aborted) {
      await clock.sleep(Math.max(0, this.#dueAt - clock.now()), over);
      this.#dueAt = clock.now() + this.options.intervalMs * (0.8 + clock.random() * 0.2);
      await this.#look(over);
    }
  }

  async #look(over: AbortSignal): Promise<void> {
    const { database, stop } = this.ports;
    try {
      const session = await breakingOff(database, stop.soon, () => database.connect());
      try {
        if (over.aborted) return;
        const { timeoutMs } = this.options;
        const limits = { clock: this.ports.clock, timeoutMs, over, isShared: false };
        const end = await inTime(session, (questions) => this.#ask(questions), limits);
        if (end === 'late') this.#tellTrouble(tooSlow(timeoutMs));
      } finally {
        await session.close();
      }
    } catch (error) {
      if (!over.aborted) this.#failed(error);
    }
  }

  async #ask(session: Questions): Promise<void> {
    if ((await session.facts()).inRecovery) return;
    const { ignored } = this.options;
    const look = await lookAtDrift(session, { ignored, known: this.#state });
    this.#trouble = null;
    const checkedAt = this.ports.clock.wallMs();
    if (look.kind === 'as before') this.#seen &&= seenAgain(this.#seen, checkedAt);
    else if (look.kind !== 'compared') this.#forget();
    else if (await this.#isCertain(session, look)) this.#found(look, checkedAt);
    else this.#dueAt = Math.min(this.#dueAt, this.ports.clock.now() + soonMs);
  }

  /** The history is gone, or cannot be compared with. What was reported is not reported again. */
  #forget(): void {
    this.#seen = null;
    this.#state = null;
  }

  /**
   * Work of another runner outside a transaction, and what is still missing from a database that is being restored, is not
   * drift.
   */
  async #isCertain(session: Questions, { items, kept, state }: Compared): Promise<boolean> {
    if (items.length === 0 || digestOfDrift(items) === this.#told) return true;
    if ((await session.lockHolder()) !== null) return false;
    const restored = await session.restored(kept);
    const { ignored } = this.options;
    const again = await lookAtDrift(session, { ignored, known: state });
    if (again.kind !== 'as before') return false;
    if (restored === 'no') return true;
    const suspected = this.#suspected;
    this.#suspected = state;
    return restored === 'quiet' && suspected === state;
  }

  #found({ items, kept, state }: Compared, checkedAt: number): void {
    this.#state = state;
    this.#seen = driftSeen(items, kept, checkedAt);
    this.#suspected = null;
    this.#tell(items, this.#seen);
  }

  #tell(items: readonly DriftItem[], seen: DriftSeen): void {
    const told = this.#told;
    this.#told = items.length === 0 ? null : digestOfDrift(items);
    if (this.#told === told) return;
    const { revision } = seen.since;
    this.ports.emit(
      items.length === 0 ? { kind: 'drift-over', revision } : { kind: 'drift-found', seen },
    );
  }

  /** If the server is unreachable, others report it; and its answers meanwhile are about to change. */
  #failed(error: unknown): void {
    if (error instanceof Transient || error instanceof Interrupted) return;
    if (error instanceof DatabaseMissing) return;
    const reason = error instanceof Error ? error.message : String(error);
    this.#tellTrouble(error instanceof PgmError ? reason : `a bug in pgm: ${reason}`);
  }

  #tellTrouble(reason: string): void {
    if (this.#trouble === reason) return;
    this.#trouble = reason;
    this.ports.emit({
      kind: 'warning',
      message: `cannot tell whether the database has drifted: ${reason}`,
    });
  }
}

function tooSlow(ms: number): string {
  return (
    `reading the catalog took longer than ${ms / 1_000} s; give it more time with --catalog-timeout, or look less often, ` +
    'or not at all, with --drift-interval'
  );
}
