import { Gauge, type Registry } from 'prom-client';
import { countStates, migrationStates, type MigrationStatus } from '../../core/compare.js';
import type { Sight } from '../../core/readiness.js';
import type { Collector, Reading } from './collector.js';
import type { SchemaLabels } from './schema-labels.js';

/** How many migrations are in which state, by the database's own history. */
export class MigrationStates implements Collector {
  readonly #migrations: Gauge<'schema' | 'state'>;
  /** What was counted last. Held weakly: it has all files in it, and nobody may ever scrape again. */
  #counted: WeakRef<Sight> | null = null;

  constructor(
    registry: Registry,
    readonly labels: SchemaLabels,
  ) {
    this.#migrations = new Gauge({
      name: 'pgm_migrations',
      help: 'Migrations by schema and state; absent while the history cannot be read.',
      labelNames: ['schema', 'state'],
      registers: [registry],
    });
  }

  /** What was counted is not counted again: there may be thousands of files, and most scrapes find nothing new. */
  collect({ sight }: Reading): void {
    if (sight !== null && sight === this.#counted?.deref()) return;
    this.#counted = sight === null ? null : new WeakRef(sight);
    this.#migrations.reset();
    if (sight?.kind === 'compared') this.#count(sight.statuses);
  }

  #count(statuses: readonly MigrationStatus[]): void {
    this.labels.keepOnly(new Set(statuses.map(({ schema }) => schema)));
    for (const [schema, some] of this.#byLabel(statuses)) {
      const counts = countStates(some);
      for (const state of migrationStates) this.#migrations.set({ schema, state }, counts[state]);
    }
  }

  #byLabel(statuses: readonly MigrationStatus[]): ReadonlyMap<string, readonly MigrationStatus[]> {
    const groups = new Map<string, MigrationStatus[]>();
    for (const status of statuses) {
      const label = this.labels.labelOf(status.schema);
      const group = groups.get(label);
      if (group === undefined) groups.set(label, [status]);
      else group.push(status);
    }
    return groups;
  }
}
