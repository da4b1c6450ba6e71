import type { PgmEvent } from './events.js';
import { countStates } from './compare.js';

/** One run of `watch`, as its timeline shows it. */
export interface RunSummary {
  /** Milliseconds since 1970, by the clock of this machine. */
  readonly endedAt: number;
  readonly durationMs: number;
  /** Of the snapshot that was run. */
  readonly revision: string;
  /** `settled`: all is applied. `incomplete`: files failed or are held. `broken`: the connection, the lock, the server. */
  readonly result: 'settled' | 'incomplete' | 'broken';
  readonly applied: number;
  readonly failed: number;
  readonly held: number;
  /** Why it was not settled; null when it was. May name hosts and users. */
  readonly reason: string | null;
}

/** How many runs are kept: a day and more of a daemon that is left in peace, minutes of one in trouble. */
export const keptRuns = 50;

/** What an event of `watch` says about a run that ended at `endedAt`; null when it says nothing of one. */
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

/** Newest first, at most `keptRuns`. Runs that broke for the same reason in a row are one: the latest. */
export function withRun(runs: readonly RunSummary[], run: RunSummary): readonly RunSummary[] {
  const [last, ...earlier] = runs;
  const isSameTrouble =
    run.result === 'broken' && last?.result === 'broken' && last.reason === run.reason;
  return [run, ...(isSameTrouble ? earlier : runs)].slice(0, keptRuns);
}
