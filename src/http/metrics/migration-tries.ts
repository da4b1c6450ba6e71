import { Counter, Histogram, type Registry } from 'prom-client';
import type { MigrationFailure } from '../../core/failure/failure.js';
import type { Collector } from './collector.js';
import type { SchemaLabels } from './schema-labels.js';

/** Seconds: most files take milliseconds, an index on a large table many minutes. */
const applySeconds = [
  0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600,
  1_200,
];

/** Migrations that were applied, retried or held. */
export function migrationTries(registry: Registry): Collector {
  const registers = [registry];
  const applied = new Histogram({
    name: 'pgm_migration_apply_duration_seconds',
    help: 'How long each applied migration took, as measured by the server.',
    buckets: applySeconds,
    registers,
  });
  const retries = new Counter({
    name: 'pgm_migration_retries_total',
    help: 'Attempts repeated within a run after a lock timeout, a deadlock or a serialization failure.',
    registers,
  });
  const holds = new Counter({
    name: 'pgm_migration_holds_total',
    help: 'Times a run did not attempt a migration because an earlier one had failed or was held.',
    registers,
  });
  return {
    observe: (event) => {
      if (event.kind === 'migration-applied') applied.observe(event.durationMs / 1_000);
      if (event.kind === 'migration-retried') retries.inc();
      if (event.kind === 'migration-held') holds.inc();
    },
  };
}

/** Migrations that failed. The series of schemas that are gone are removed. */
export function migrationFailures(registry: Registry, labels: SchemaLabels): Collector {
  const failures = new Counter({
    name: 'pgm_migration_failures_total',
    help: 'Failed attempts by schema and SQLSTATE class; "refused" when nothing was sent to the server.',
    labelNames: ['schema', 'sqlstate_class'],
    registers: [registry],
  });
  labels.onGone((schema) => {
    for (const sqlstate_class of failureClasses) failures.remove({ schema, sqlstate_class });
  });
  return {
    observe: (event) => {
      if (event.kind !== 'migration-failed') return;
      const schema = labels.labelOf(event.key.slice(0, event.key.indexOf('/')));
      failures.inc({ schema, sqlstate_class: failureClass(event.failure) });
    },
  };
}

/** Why a migration failed: the SQLSTATE classes (the first two characters) that PostgreSQL itself uses, and two more. */
const failureClasses: ReadonlySet<string> = new Set(
  (
    '00 01 02 03 08 09 0A 0B 0F 0L 0P 0Z 10 20 21 22 23 24 25 26 27 28 2B 2D 2F 34 38 39 3B 3D 3F ' +
    '40 42 44 53 54 55 57 58 72 F0 HV P0 XX refused other'
  ).split(' '),
);

/**
 * The class of the SQLSTATE; `refused` when nothing was sent; `other` for classes that files define themselves
 * (RAISE … USING ERRCODE), because there could be any number of them.
 */
function failureClass({ kind, sqlstate }: MigrationFailure): string {
  if (kind === 'refused') return 'refused';
  const found = sqlstate?.slice(0, 2) ?? '';
  return failureClasses.has(found) ? found : 'other';
}
