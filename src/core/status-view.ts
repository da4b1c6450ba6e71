import type { Snapshot } from './migration.js';
import type { Health } from './readiness.js';
import type { StatusReport } from './report.js';
import type { RunSummary } from './run-log.js';

/** Everything that `GET /status` and the page show, at one instant. */
export interface StatusView {
  readonly version: string;
  /** Milliseconds since 1970, by the clock of this machine: when this was put together. */
  readonly at: number;
  /** What the place pgm runs in is called. */
  readonly labels: { readonly namespace: string; readonly configMap: string };
  /** What `/readiness` answers at this instant. */
  readonly health: Health;
  /** What the loop is doing; null when it is at rest. */
  readonly activity: string | null;
  /** `host:port/database`. */
  readonly target: string;
  readonly source: { readonly directory: string; readonly origin: string };
  /** The newest one; null while there is no source. */
  readonly snapshot: Snapshot | null;
  /** What the database said last, and when; it may be older than `at` while PostgreSQL is away. Null before the first answer. */
  readonly seen: { readonly at: number; readonly report: StatusReport } | null;
  /** Newest first; empty where nothing is run. */
  readonly runs: readonly RunSummary[];
}
