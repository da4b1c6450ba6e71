import { driftDocument } from '../../drift/drift-report.js';
import { fingerprintGroups } from './fingerprints.js';
import { driftSummary, type FleetDriftReport, isInStep, type TargetDrift } from './target-drift.js';

/** What `pgm fleet drift --json` and `pgm fleet verify --json` print; docs/fleet-drift.schema.json describes it. */
export function fleetDriftDocument(report: FleetDriftReport): object {
  const { files, targets, stopped, durationMs } = report;
  return {
    inStep: isInStep(targets) && stopped === null,
    summary: driftSummary(targets),
    stopped,
    files,
    durationMs: Math.round(durationMs),
    fingerprints: fingerprintGroups(targets),
    targets: targets.map(targetDocument),
  };
}

function targetDocument({ target, verdict, reason, print, report, durationMs }: TargetDrift) {
  return {
    name: target,
    verdict,
    reason,
    fingerprint: print?.fingerprint ?? null,
    postgres: print?.postgres ?? null,
    drift: report === null ? null : driftDocument(report),
    durationMs: Math.round(durationMs),
  };
}
