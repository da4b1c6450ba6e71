import { Counter, Histogram, type Registry } from 'prom-client';
import type { PgmEvent } from '../../core/events.js';
import type { MigrationFailure } from '../../core/failure.js';
import type { MigrationKey } from '../../core/migration.js';
import type { Collector } from './collector.js';
import { failureClass } from './failure-class.js';
import type { SchemaLabels } from './schema-labels.js';

/** Seconds: most files take milliseconds, an index on a large table takes many minutes. */
const applySeconds = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600,
  1_200,
];

/** What became of each try to apply a file. */
export class MigrationTries implements Collector {
  readonly #applied: Histogram;
  readonly #failures: Counter<'schema' | 'sqlstate_class'>;
  readonly #retries: Counter;
  readonly #holds: Counter;
  /** Which series of failures there are, to find those of a schema that is gone. */
  readonly #classes = new Map<string, Set<string>>();

  constructor(
    registry: Registry,
    readonly labels: SchemaLabels,
  ) {
    const registers = [registry];
    this.#applied = new Histogram({
      name: 'pgm_migration_apply_duration_seconds',
      help: 'How long the migrations that were applied took, as the server measured it.',
      buckets: applySeconds,
      registers,
    });
    this.#failures = new Counter({
      name: 'pgm_migration_failures_total',
      help: 'Tries that failed, by schema and class of the SQLSTATE; "refused" when nothing was sent to the server.',
      labelNames: ['schema', 'sqlstate_class'],
      registers,
    });
    this.#retries = new Counter({
      name: 'pgm_migration_retries_total',
      help: 'Tries repeated in the same run after a lock time-out, a deadlock or a serialization failure.',
      registers,
    });
    this.#holds = new Counter({
      name: 'pgm_migration_holds_total',
      help: 'Times a run did not try a migration because of another one.',
      registers,
    });
  }

  observe(event: PgmEvent): void {
    switch (event.kind) {
      case 'migration-applied':
        this.#applied.observe(event.durationMs / 1_000);
        break;
      case 'migration-failed':
        this.#fail(event.key, event.failure);
        break;
      case 'migration-retried':
        this.#retries.inc();
        break;
      case 'migration-held':
        this.#holds.inc();
        break;
      default:
    }
  }

  /** The series of a schema go with the schema. */
  collect(): void {
    for (const [schema, classes] of this.#classes) {
      if (this.labels.isInUse(schema)) continue;
      for (const sqlstate_class of classes) this.#failures.remove({ schema, sqlstate_class });
      this.#classes.delete(schema);
    }
  }

  #fail(key: MigrationKey, failure: MigrationFailure): void {
    const schema = this.labels.labelOf(key.slice(0, key.indexOf('/')));
    const sqlstate_class = failureClass(failure);
    this.#failures.inc({ schema, sqlstate_class });
    const classes = this.#classes.get(schema) ?? new Set();
    this.#classes.set(schema, classes.add(sqlstate_class));
  }
}
