import { statusDocument } from '../core/documents.js';
import type { RunSummary } from '../core/watch/run-log.js';
import type { StatusView } from '../core/watch/status-view.js';

/**
 * The answer of `GET /status`: what the process itself knows and, in `status`, what `pgm status --json` prints. All
 * times are ISO 8601.
 */
export function statusViewDocument(view: StatusView): object {
  const { version, at, labels, health, activity, snapshot, seen, runs } = view;
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
    status: seen === null ? null : statusDocument(seen.report),
    runs: runs.map(runDocument),
  };
}

function runDocument({ endedAt, durationMs, ...rest }: RunSummary): object {
  return { endedAt: isoTime(endedAt), durationMs: Math.round(durationMs), ...rest };
}

function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
