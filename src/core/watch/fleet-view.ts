import type { FleetReport } from '../fleet/fleet-report.js';
import { type Health, notReady } from './readiness.js';

/** What the last look at a fleet found, and when it ended, in milliseconds since 1970. */
export interface FleetSeen {
  readonly at: number;
  readonly report: FleetReport;
}

/** What is known about a fleet that is looked at repeatedly. */
export interface FleetKnown {
  /** Null before the first look has ended. */
  readonly seen: FleetSeen | null;
  /** Why the last look could not start: a problem of the list or the files, never of a target. Null if it could. */
  readonly problem: string | null;
}

/** Everything that `GET /status` and the page show about a fleet, at one point in time. */
export interface FleetView extends FleetKnown {
  readonly kind: 'fleet';
  readonly version: string;
  /** When this was collected, in milliseconds since 1970. */
  readonly at: number;
  /** The configured names of the namespace and the ConfigMap. */
  readonly labels: { readonly namespace: string; readonly configMap: string };
  readonly health: Health;
  readonly source: { readonly directory: string; readonly origin: string };
  /** Milliseconds between two looks. */
  readonly everyMs: number;
}

/** Ready means that we can look: the state of the targets is for metrics and alerts. `wanted`: a revision asked for. */
export function fleetHealth({ seen, problem }: FleetKnown, wanted: string | null): Health {
  const revision = seen?.report.revision ?? null;
  if (wanted !== null) {
    return notReady('many databases have no single revision: ask without it', 'unknown', revision);
  }
  if (problem !== null) return notReady('targets or files cannot be read', 'unknown', revision);
  if (seen === null) return notReady('the first look has not ended', 'unknown', revision);
  return { ready: true, reason: null, postgres: 'unknown', revision, migrations: null };
}
