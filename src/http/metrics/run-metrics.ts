import { Counter, Gauge, type Registry } from 'prom-client';
import type { Clock } from '../../core/ports.js';
import { type RunSummary, runSummary } from '../../core/watch/run-log.js';
import { type Collector, unsetGauge } from './collector.js';

const results: readonly RunSummary['result'][] = ['settled', 'incomplete', 'broken'];

/** Runs by result, and the last run. */
export function runMetrics(registry: Registry, clock: Pick<Clock, 'wallMs'>): Collector {
  const runs = new Counter({
    name: 'pgm_runs_total',
    help: 'Runs that ended, by result: settled, incomplete (files failed or are held), broken (connection, lock, server).',
    labelNames: ['result'],
    registers: [registry],
  });
  for (const result of results) runs.inc({ result }, 0);
  const lastSuccess = unsetGauge(
    registry,
    'pgm_last_run_success',
    'Whether the last run settled (1) or not (0); absent before the first has ended.',
  );
  const lastAt = unsetGauge(
    registry,
    'pgm_last_run_timestamp_seconds',
    'When the last run ended, in seconds since 1970; absent before the first has.',
  );
  const lastSuccessAt = unsetGauge(
    registry,
    'pgm_last_run_success_timestamp_seconds',
    'When the last run that settled ended, in seconds since 1970; absent before the first has.',
  );
  return {
    observe: (event) => {
      const run = runSummary(event, clock.wallMs());
      if (run === null) return;
      runs.inc({ result: run.result });
      lastSuccess.set(run.result === 'settled' ? 1 : 0);
      lastAt.set(run.endedAt / 1_000);
      if (run.result === 'settled') lastSuccessAt.set(run.endedAt / 1_000);
    },
  };
}

/** What `--lint` found in what is due. Without a finding so far there is no series: `--lint` may be off. */
export function lintFindings(registry: Registry): Collector {
  const findings = new Gauge({
    name: 'pgm_lint_findings',
    help: 'Findings for which --lint keeps the current revision from being applied, by severity; absent before the first.',
    labelNames: ['severity'],
    registers: [registry],
  });
  let hasFound = false;
  return {
    observe: (event) => {
      if (event.kind !== 'run-finished') return;
      const { heldByLint } = event.report;
      hasFound ||= heldByLint !== null;
      if (!hasFound) return;
      findings.set({ severity: 'error' }, heldByLint?.errors ?? 0);
      findings.set({ severity: 'warning' }, heldByLint?.warnings ?? 0);
    },
  };
}
