import { Gauge, type Registry } from 'prom-client';
import { countStates, migrationStates, type MigrationStatus } from '../../core/run/compare.js';
import type { Sight } from '../../core/watch/readiness.js';
import type { Collector } from './collector.js';
import type { SchemaLabels } from './schema-labels.js';
import { groupedBy } from '../../core/text/grouped-by.js';

/** The number of migrations in each state, from the history in the database. */
export function migrationStatesBySchema(registry: Registry, labels: SchemaLabels): Collector {
  const migrations = new Gauge({
    name: 'pgm_migrations',
    help: 'Migrations by schema and state; absent while the history cannot be read.',
    labelNames: ['schema', 'state'],
    registers: [registry],
  });
  /** What was counted last. A weak reference, because it holds all files and there may never be another scrape. */
  let counted: WeakRef<Sight> | null = null;
  return {
    /** Skips what was already counted: there may be thousands of files, and most scrapes find nothing new. */
    collect: ({ sight }) => {
      if (sight !== null && sight === counted?.deref()) return;
      counted = sight === null ? null : new WeakRef(sight);
      migrations.reset();
      if (sight?.kind !== 'compared') return;
      for (const [schema, some] of byLabel(sight.statuses, labels)) {
        const counts = countStates(some);
        for (const state of migrationStates) migrations.set({ schema, state }, counts[state]);
      }
    },
  };
}

function byLabel(
  statuses: readonly MigrationStatus[],
  labels: SchemaLabels,
): ReadonlyMap<string, readonly MigrationStatus[]> {
  labels.keepOnly(new Set(statuses.map(({ schema }) => schema)));
  return groupedBy(statuses, ({ schema }) => labels.labelOf(schema));
}
