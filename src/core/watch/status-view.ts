import type { DriftSeen } from '../drift/drift-seen.js';
import type { Snapshot } from '../files/migration.js';
import type { Health } from './readiness.js';
import type { LintHold } from '../run/lint-hold.js';
import type { StatusReport } from '../run/report.js';
import type { RunSummary } from './run-log.js';

/** Everything that `GET /status` and the page show, at one point in time. */
export interface StatusView {
  readonly version: string;
  /** When this was collected, in milliseconds since 1970. */
  readonly at: number;
  /** The configured names of the namespace and the ConfigMap. */
  readonly labels: { readonly namespace: string; readonly configMap: string };
  /** What `/readiness` answers at this time. */
  readonly health: Health;
  /** What the loop is doing; null when it is idle. */
  readonly activity: string | null;
  /** `host:port/database`. */
  readonly target: string;
  readonly source: { readonly directory: string; readonly origin: string };
  /** The newest snapshot; null while there is no source. */
  readonly snapshot: Snapshot | null;
  /** The last answer of the database and its time, which may be before `at`. Null before the first answer. */
  readonly seen: { readonly at: number; readonly report: StatusReport } | null;
  /** What the last look for drift found; null before it, and in a process that does not look. */
  readonly drift: DriftSeen | null;
  /** What `--lint` found, so that none of the snapshot is applied; null if nothing. */
  readonly heldByLint: LintHold | null;
  /** Newest first; empty in a process that does not run migrations. */
  readonly runs: readonly RunSummary[];
}
