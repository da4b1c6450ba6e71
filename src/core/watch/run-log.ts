import type { PgmEvent } from '../events.js';
import { countStates } from '../run/compare.js';

/** One run of `watch`, as the timeline shows it. */
export interface RunSummary {
  /** Milliseconds since 1970, by the clock of this machine. */
  readonly endedAt: number;
  readonly durationMs: number;
  /** Revision of the snapshot that was applied. */
  readonly revision: string;
  /** `settled`: nothing is left to do. `incomplete`: files failed or are held. `broken`: the run was aborted. */
  readonly result: 'settled' | 'incomplete' | 'broken';
  readonly applied: number;
  readonly failed: number;
  readonly held: number;
  /** Why it is not settled, or null. May contain names of hosts and users. */
  readonly reason: string | null;
}

/** How many runs are kept: normally more than a day, but only minutes when runs keep failing. */
export const keptRuns = 50;

/** The run that an event of `watch` ends, at `endedAt`; null for other events. */
export function runSummary(event: PgmEvent, endedAt: number): RunSummary | null {
  switch (event.kind) {
    case 'run-finished': {
      const { report, verdict } = event;
      const { failed, held } = countStates(report.statuses);
      const isIncomplete = verdict.kind === 'behind' && verdict.failing;
      return {
        endedAt,
        durationMs: report.durationMs,
        revision: report.revision,
        result: isIncomplete ? 'incomplete' : 'settled',
        applied: report.applied.length,
        failed,
        held,
        reason: isIncomplete ? verdict.reason : null,
      };
    }
    case 'run-failed':
      return {
        endedAt,
        durationMs: event.durationMs,
        revision: event.revision,
        result: 'broken',
        applied: 0,
        failed: 0,
        held: 0,
        reason: event.reason,
      };
    default:
      return null;
  }
}

/** Newest first, at most `keptRuns`. Of consecutive runs that broke for the same reason only the latest is kept. */
export function withRun(runs: readonly RunSummary[], run: RunSummary): readonly RunSummary[] {
  const [last, ...earlier] = runs;
  const isSameTrouble =
    run.result === 'broken' && last?.result === 'broken' && last.reason === run.reason;
  return [run, ...(isSameTrouble ? earlier : runs)].slice(0, keptRuns);
}
