import type { PgmEvent } from '../core/events.js';
import type { DriftSeen } from '../core/drift/drift-seen.js';
import type { Snapshot } from '../core/files/migration.js';
import type { Clock, Database } from '../core/ports.js';
import type { LintHold } from '../core/run/lint-hold.js';
import type { Health } from '../core/watch/readiness.js';
import { type RunSummary, runSummary, withRun } from '../core/watch/run-log.js';
import type { StatusView } from '../core/watch/status-view.js';
import { type Known, Probed } from './health/probed.js';
import { assess, noDatabase, readSeen, type Seen } from './status.js';

interface StatusBoardOptions {
  readonly database: Database;
  readonly clock: Clock;
  readonly version: string;
  readonly labels: StatusView['labels'];
  readonly source: StatusView['source'];
  readonly schemas: readonly string[] | null;
  readonly allowEmpty: boolean;
  readonly onChange: 'rerun' | 'warn' | 'fail';
  /** The newest snapshot; null while there is no source. */
  readonly snapshot: () => Snapshot | null;
  readonly activity: () => string | null;
  readonly drift: () => DriftSeen | null;
  /** What `--lint` found in the snapshot; omitted if nothing is run. */
  readonly heldByLint?: (() => LintHold | null) | undefined;
  /** What `/readiness` answers. */
  readonly health: () => Promise<Health>;
}

/** How many of the newest tries to show. */
const shownAttempts = 20;

/** Collects what the status page shows: what is in memory, and what the database says when the page is viewed. */
export class StatusBoard {
  readonly #probed: Probed<Seen>;
  #runs: readonly RunSummary[] = [];
  #last: { readonly at: number; readonly seen: Seen } | null = null;
  #known: Known<Seen> | null = null;

  constructor(readonly options: StatusBoardOptions) {
    const { database, clock } = options;
    const question = (session: Parameters<typeof readSeen>[0]): Promise<Seen> =>
      readSeen(session, shownAttempts);
    this.#probed = new Probed({ database, clock, question });
  }

  /** Notes what the event says about a run. */
  note(event: PgmEvent): void {
    const run = runSummary(event, this.options.clock.wallMs());
    if (run === null) return;
    this.#runs = withRun(this.#runs, run);
    this.#probed.forget();
  }

  /** Never throws. */
  async view(): Promise<StatusView> {
    const [health, known] = await Promise.all([this.options.health(), this.#probed.ask()]);
    this.#take(known);
    const { clock, version, labels, activity, database, source, snapshot } = this.options;
    const current = snapshot();
    return {
      version,
      at: clock.wallMs(),
      labels,
      health,
      activity: activity(),
      target: database.target,
      source,
      snapshot: current,
      seen: current === null ? null : this.#seen(current),
      drift: this.options.drift(),
      heldByLint: this.#heldByLint(),
      runs: this.#runs,
    };
  }

  async close(): Promise<void> {
    await this.#probed.close();
  }

  #heldByLint(): LintHold | null {
    return this.options.heldByLint?.() ?? null;
  }

  #take(known: Known<Seen>): void {
    if (known === this.#known) return;
    this.#known = known;
    const seen = seenFrom(known);
    if (seen !== null) this.#last = { at: this.options.clock.wallMs(), seen };
  }

  #seen(snapshot: Snapshot): StatusView['seen'] {
    if (this.#last === null) return null;
    const { database, source, schemas, allowEmpty, onChange } = this.options;
    const { at, seen } = this.#last;
    const place = { target: database.target, source };
    const heldByLint = this.#heldByLint();
    const policy = { schemas, allowEmpty, onChange, revision: null, heldByLint };
    return { at, report: assess(snapshot, seen, place, policy) };
  }
}

/** Null when there was no answer: the last one stays, with its time. */
function seenFrom(known: Known<Seen>): Seen | null {
  if (known.kind === 'answered') return known.answer;
  return known.kind === 'no-database' ? noDatabase : null;
}
