import { statusDocument } from '../core/documents.js';
import { type DriftSeen, driftedObjects } from '../core/drift/drift-seen.js';
import type { LintHold } from '../core/run/lint-hold.js';
import type { RunSummary } from '../core/watch/run-log.js';
import type { StatusView } from '../core/watch/status-view.js';

/**
 * The answer of `GET /status`: what the process itself knows and, in `status`, what `pgm status --json` prints. All
 * times are ISO 8601.
 */
export function statusViewDocument(view: StatusView): object {
  const { version, at, labels, health, activity, snapshot, seen, heldByLint, drift, runs } = view;
  return {
    version,
    at: isoTime(at),
    namespace: labels.namespace,
    configmap: labels.configMap,
    ready: health.ready,
    reason: health.reason,
    postgres: health.postgres,
    activity,
    target: view.target,
    source: view.source,
    revision: snapshot?.revision ?? null,
    generation: snapshot?.generation ?? null,
    seenAt: seen === null ? null : isoTime(seen.at),
    lint: heldByLint === null ? null : holdDocument(heldByLint),
    status: seen === null ? null : statusDocument(seen.report),
    drift: drift === null ? null : driftDocument(drift),
    runs: runs.map(runDocument),
  };
}

function driftDocument(drift: DriftSeen): object {
  const { checkedAt, since, counts, objects } = drift;
  return {
    checkedAt: isoTime(checkedAt),
    since: { revision: since.revision, at: since.keptAt, by: since.keptBy },
    count: driftedObjects(drift),
    unknown: counts.unknown,
    missing: counts.missing,
    different: counts.different,
    objects,
  };
}

/** The first of its findings are enough to know what to do. */
function holdDocument({ revision, errors, warnings, findings }: LintHold): object {
  return { revision, errors, warnings, findings: findings.slice(0, mostFindings) };
}

const mostFindings = 50;

function runDocument({ endedAt, durationMs, ...rest }: RunSummary): object {
  return { endedAt: isoTime(endedAt), durationMs: Math.round(durationMs), ...rest };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
