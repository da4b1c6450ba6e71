import { fleetDocument } from '../core/fleet/fleet-document.js';
import type { FleetView } from '../core/watch/fleet-view.js';

/**
 * The answer of `GET /status` for many databases: what the process itself knows and, in `fleet`, what
 * `pgm fleet status --json` prints. All times are ISO 8601.
 */
export function fleetViewDocument(view: FleetView): object {
  const { version, at, labels, health, source, everyMs, seen, problem } = view;
  return {
    version,
    at: new Date(at).toISOString(),
    namespace: labels.namespace,
    configmap: labels.configMap,
    ready: health.ready,
    reason: health.reason,
    source,
    everyMs,
    problem,
    seenAt: seen === null ? null : new Date(seen.at).toISOString(),
    fleet: seen === null ? null : fleetDocument(seen.report),
  };
}
