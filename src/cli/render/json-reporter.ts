import type { PgmEvent } from '../../core/events.js';
import { type Reporter, type ReporterOptions, sentenceFilter } from './reporter.js';

/** One JSON document a line: `time`, `level`, `event`, `message`, the labels, and the facts of the event. */
export function jsonReporter(options: ReporterOptions): Reporter {
  const { stream, labels } = options;
  const sentences = sentenceFilter(options);
  return {
    emit: (event) => {
      for (const { level, text } of sentences(event)) {
        const line = {
          time: new Date().toISOString(),
          level: level === 'done' ? 'info' : level,
          event: event.kind,
          message: text,
          ...labels,
          ...factsOf(event),
        };
        stream.write(`${JSON.stringify(line)}\n`);
      }
    },
    close: () => undefined,
  };
}

/** Flat and few: what a query in a log store would filter by. */
function factsOf(event: PgmEvent): object {
  switch (event.kind) {
    case 'migration-applied':
      return { key: event.key, durationMs: event.durationMs };
    case 'migration-failed':
      return { key: event.key, failure: event.failure };
    case 'migration-held':
      return { key: event.key, because: event.because };
    case 'notice':
      return { key: event.key };
    case 'source-read':
      return { revision: event.snapshot.revision, generation: event.snapshot.generation };
    case 'run-finished':
      return {
        revision: event.report.revision,
        applied: event.report.applied.length,
        durationMs: event.report.durationMs,
        upToDate: event.verdict.kind === 'up-to-date',
      };
    default:
      return {};
  }
}
