import { withoutParts } from '../../drift/drift-report.js';
import { junitOf, type TestedFinding } from '../../text/junit.js';
import {
  driftSummary,
  type FleetDriftReport,
  type TargetDrift,
  verdictWords,
} from './target-drift.js';

/** One test case per target, which fails unless the target is in step. */
export function fleetDriftJunit(
  command: 'fleet drift' | 'fleet verify',
  { files, targets }: FleetDriftReport,
): string {
  const tested = targets.map((target) => {
    return { key: target.target, path: null, findings: findingsOf(target) };
  });
  return junitOf(command, tested, [
    ['revision', files?.revision ?? null],
    ['summary', driftSummary(targets)],
  ]);
}

function findingsOf({ verdict, reason, report }: TargetDrift): readonly TestedFinding[] {
  if (verdict === 'in step') return [];
  const finding = { severity: 'error' as const, place: null, advice: null };
  if (verdict !== 'drift') {
    return [{ ...finding, rule: verdict, message: reason ?? verdictWords[verdict] }];
  }
  return withoutParts(report?.items ?? []).map(({ item: { kind, object } }) => ({
    ...finding,
    rule: kind,
    message: `${object.kind} ${object.identity}`,
  }));
}
