import { Gauge, type Registry } from 'prom-client';
import {
  type FleetReport,
  groupsOf,
  outcomesOf,
  type TargetGroup,
} from '../../core/fleet/fleet-report.js';
import { short } from '../../core/text/words.js';
import { type Collector, unsetGauge } from './collector.js';

/** Revisions with a series of their own; targets at any other one are counted together. */
const mostRevisions = 8;

/** How many databases of a fleet are in which state, from the last look at them. */
export function fleetMetrics(registry: Registry): Collector {
  const looking = unsetGauge(
    registry,
    'pgm_fleet_looking',
    'Whether the last look could read targets and files (1) or not (0).',
  );
  const targets = new Gauge({
    name: 'pgm_fleet_targets',
    help: 'Targets by state and by the revision that is applied in full there; absent before the first look.',
    labelNames: ['state', 'revision'],
    registers: [registry],
  });
  const behind = unsetGauge(
    registry,
    'pgm_fleet_behind',
    'Targets on which a file is known to be due; absent before the first look.',
  );
  const took = unsetGauge(
    registry,
    'pgm_fleet_look_seconds',
    'How long the last look at all targets took; absent before the first.',
  );
  const lookedAt = unsetGauge(
    registry,
    'pgm_fleet_looked_timestamp_seconds',
    'When the last look at all targets ended, in seconds since 1970; absent before the first.',
  );
  return {
    collect: ({ fleet }) => {
      if (fleet === null) return;
      looking.set(fleet.problem === null ? 1 : 0);
      if (fleet.seen === null) return;
      const { report, at } = fleet.seen;
      setTargets(targets, report);
      behind.set(outcomesOf(report).filter(({ behindBy }) => (behindBy ?? 0) > 0).length);
      took.set(report.durationMs / 1_000);
      lookedAt.set(at / 1_000);
    },
  };
}

function setTargets(gauge: Gauge, report: FleetReport): void {
  gauge.reset();
  const labels = new RevisionLabels();
  for (const group of groupsOf(outcomesOf(report))) {
    gauge.inc({ state: group.state, revision: labels.of(group) }, group.targets);
  }
}

/** A label for the first few revisions, which are those of most targets that are up to date. */
class RevisionLabels {
  readonly #known = new Set<string>();

  of({ revision }: TargetGroup): string {
    if (revision === null) return '';
    if (!this.#known.has(revision) && this.#known.size >= mostRevisions) return 'other';
    this.#known.add(revision);
    return short(revision);
  }
}
