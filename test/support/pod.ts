import { systemClock } from '../../src/library/open/compose.js';
import type { PgmEvent } from '../../src/core/events.js';
import type { Clock } from '../../src/core/ports.js';
import { Watch } from '../../src/operations/watch/watch.js';
import { createSqlReader } from '../../src/sql/read-sql.js';
import type { Files } from './memory/snapshot.js';
import { MemorySource, MemorySourceWatch } from './memory/source.js';
import { databasePort, type Target } from './run.js';

/** `pgm watch` in this process, over files that a test swaps. */
export class Pod {
  /** The loop itself. */
  readonly watch: Watch;
  readonly events: PgmEvent[] = [];
  readonly #stop = new AbortController();
  readonly #hints = new MemorySourceWatch();
  readonly #source: MemorySource;
  readonly #running: Promise<void>;
  #heard: () => void = () => undefined;

  constructor(target: Target, files: Files, clock: Clock = systemClock) {
    this.#source = new MemorySource(files);
    const { signal } = this.#stop;
    this.watch = new Watch(
      {
        source: this.#source,
        sourceWatch: this.#hints,
        database: databasePort(target),
        sqlReader: createSqlReader(),
        clock,
        emit: (event) => {
          this.events.push(event);
          this.#heard();
        },
        stop: { soon: signal, now: signal },
      },
      {
        policy: { onFailure: 'continue', onChange: 'rerun', to: null },
        schemas: null,
        allowEmpty: false,
        dryRun: false,
        detailed: false,
        lockTimeoutMs: 10_000,
        restoreGraceMs: 0,
        lockWaitMs: null,
        onPooler: 'warn',
        gate: null,
      },
    );
    this.#running = this.watch.run();
  }

  swap(files: Files): void {
    this.#source.files = files;
    this.#hints.hint();
  }

  /** Settles with the first such event after `from`. */
  async told(kind: PgmEvent['kind'], from = 0): Promise<PgmEvent> {
    for (;;) {
      const found = this.events.slice(from).find((event) => event.kind === kind);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }
}
