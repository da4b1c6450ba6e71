import { fingerprintOf } from '../../core/catalog/catalog.js';
import type { CodeReader } from '../../core/drift/settled/code.js';
import { driftOf } from '../../core/drift/drift.js';
import { ignoring } from '../../core/drift/ignored.js';
import type { Emit } from '../../core/events.js';
import type { Clock, Database, Session } from '../../core/ports.js';
import { inTime, type Questions } from './in-time.js';
import { type Before, lookBefore, madeBy, type Run, sameAs } from './made.js';

export interface KeeperPorts {
  readonly database: Pick<Database, 'connect'>;
  readonly clock: Clock;
  readonly emit: Emit;
  /** Reads what files say they make. */
  readonly sqlReader: CodeReader;
}

export interface KeeperOptions {
  /** Milliseconds that reading the catalog may take. */
  readonly timeoutMs: number;
  /** Patterns of schemas and objects to leave out. */
  readonly ignored: readonly string[];
}

/** A catalog that is being kept. */
export interface Keeping {
  /** Settles when it is over. Never throws. */
  readonly done: Promise<void>;
  /** Settles when it asks the server nothing any more. Never throws. */
  end(): Promise<void>;
}

/**
 * After each settled run, keeps the catalog as the files have made it. Problems with that are only logged: no run fails or
 * waits because of it, except for a look before its files if the database is not as it was kept.
 */
export class CatalogKeeper {
  #before: Before | null = null;
  #snapshot: Run['snapshot'] | null = null;
  #hasLooked = false;
  #isReading = false;
  /** The last warning since the run began. */
  #told = '';

  constructor(
    readonly ports: KeeperPorts,
    readonly options: KeeperOptions,
  ) {}

  /** For `watch`: `after`, which the next run ends. The first time it looks, whatever the run did. */
  begin(snapshot: Run['snapshot']): Keeping | null {
    if (this.#snapshot === null && this.#hasLooked) return null;
    const over = new AbortController();
    const done = this.after(snapshot, over.signal);
    return {
      done,
      end: async () => {
        over.abort();
        // If it is not connected yet, it gives up by itself.
        if (this.#isReading) await done;
      },
    };
  }

  /** Called under the run lock, before the first file: what differs now was not done by the files of this run. */
  async before(session: Session, snapshot: Run['snapshot']): Promise<void> {
    this.#before = null;
    this.#told = '';
    this.#snapshot = snapshot;
    await this.#within({ session, isShared: true }, async (questions) => {
      this.#before = await lookBefore(questions, this.options.ignored);
    });
  }

  /** Called when files were marked as applied: their changes are in the database, whoever made them. */
  marks(snapshot: Run['snapshot']): void {
    this.#before = null;
    this.#snapshot = snapshot;
  }

  /**
   * Called when a run has been reported: keeps what its files have made, if it had any. `session` is that of the run, which
   * has no other user any more; without one it opens its own.
   */
  async afterRun(signal: AbortSignal, session?: Session): Promise<void> {
    const snapshot = this.#snapshot;
    if (snapshot === null) return;
    if (session === undefined) await this.after(snapshot, signal);
    else await this.#keepOn(session, this.#take(snapshot), signal);
  }

  /** Keeps what the files have made. `signal` ends it. */
  async after(snapshot: Run['snapshot'], signal?: AbortSignal): Promise<void> {
    const run = this.#take(snapshot);
    try {
      const session = await this.ports.database.connect();
      try {
        await this.#keepOn(session, run, signal);
      } finally {
        await session.close();
      }
    } catch (error) {
      this.#tell(error);
    }
  }

  #take(snapshot: Run['snapshot']): Run {
    const { sqlReader } = this.ports;
    const { ignored } = this.options;
    const run = { before: this.#before, snapshot, sqlReader, ignored };
    this.#before = null;
    this.#snapshot = null;
    this.#hasLooked = true;
    return run;
  }

  async #keepOn(session: Session, run: Run, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) return;
    this.#isReading = true;
    try {
      const keep = (questions: Questions) => this.#keep(questions, run);
      await this.#within({ session, isShared: false }, keep, signal);
    } finally {
      this.#isReading = false;
    }
  }

  async #keep(session: Questions, run: Run): Promise<void> {
    if ((await session.facts()).inRecovery) return;
    const seen = await session.glance('without mark');
    if (!seen.hasTable) return;
    const { revision } = run.snapshot;
    const { kept } = seen;
    const made = await madeBy(session, seen, run);
    if (made === 'gone') return;
    if (made.kind === 'unchanged') {
      const isTold = made.kept.progress === seen.progress && made.kept.revision === revision;
      if (!isTold) await session.keepCatalog(sameAs(made.kept, seen, revision));
      return;
    }
    const { live, expected } = made;
    const isIgnored = ignoring(this.options.ignored);
    const objects = expected.objects.filter((object) => !isIgnored(object));
    const { mark, progress, transaction, reader, catalog } = live;
    await session.keepCatalog({
      id: (kept?.id ?? 0) + 1,
      revision,
      fingerprint: fingerprintOf({ objects, notCompared: [] }),
      mark,
      progress,
      transaction,
      reader,
      hasDrift: driftOf({ objects }, catalog, isIgnored).length > 0,
      ignored: this.options.ignored,
      expected: { objects },
    });
    if (made.isTakenAnew) this.ports.emit({ kind: 'note', message: takenAnew });
  }

  /** Gives up when the time is over, or `over` fires. */
  async #within(
    { session, isShared }: { readonly session: Session; readonly isShared: boolean },
    work: (questions: Questions) => Promise<void>,
    over = new AbortController().signal,
  ): Promise<void> {
    const { clock } = this.ports;
    const { timeoutMs } = this.options;
    try {
      if ((await inTime(session, work, { clock, timeoutMs, over, isShared })) === 'late')
        this.#warn(tooSlow(timeoutMs));
    } catch (error) {
      this.#tell(error);
    }
  }

  #tell(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error);
    this.#warn(
      `the catalog was not kept after this run, so pgm drift compares with an earlier one: ${reason}`,
    );
  }

  /** Once for the looks before and after the files of a run. */
  #warn(message: string): void {
    if (message !== this.#told) this.ports.emit({ kind: 'warning', message });
    this.#told = message;
  }
}

const takenAnew =
  'the catalog is kept again as it is: the last one was read by another version of pgm or PostgreSQL, so what differed from ' +
  'the files until now is no longer reported';

function tooSlow(ms: number): string {
  return (
    `reading the catalog took longer than ${ms / 1_000} s, so nothing of it was kept after this run; ` +
    'give it more time with --catalog-timeout, or 0 to keep nothing'
  );
}
