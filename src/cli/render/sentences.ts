import { describeBlockers } from '../../core/blockers.js';
import type { PgmEvent } from '../../core/events.js';
import type { FileProgress } from '../../core/ports.js';
import { printable } from '../../core/names.js';
import type { Snapshot } from '../../core/migration.js';
import { type RunReport, summarize, type Verdict } from '../../core/report.js';
import { describeHolder } from '../../operations/hold-lock.js';
import { count, duration } from './duration.js';
import { headline, location, particulars } from './failure.js';

export type Level = 'debug' | 'info' | 'done' | 'warn' | 'error';

type Watching = Extract<PgmEvent, { kind: 'watching' }>;

interface RunFinished {
  readonly report: RunReport;
  readonly verdict: Verdict;
}

/** What an event is to a person: one line, and lines below it that belong to it. */
export interface Sentence {
  readonly level: Level;
  readonly text: string;
  readonly below?: readonly string[];
  /** Sentences of one topic say the same thing again; they are shown at most every half minute. */
  readonly topic?: string;
}

/** The words of every event; the spinner, the plain lines and the JSON log say the same. */
export function sentencesOf(event: PgmEvent, directory: string): readonly Sentence[] {
  switch (event.kind) {
    case 'source-chosen':
      return [info(`migrations from ${event.directory} (${event.reason})`)];
    case 'source-read':
      return sourceRead(event.directory, event.snapshot);
    case 'source-missing':
      return [warn(event.reason)];
    case 'embedded':
      return [{ level: event.level, text: event.message }];
    case 'waiting-for-postgres':
      return [again(`waiting for PostgreSQL: ${event.reason}`)];
    case 'postgres-answered':
      return [debug(`PostgreSQL ${event.version} answers at ${event.target}`)];
    case 'database-ensured':
      return event.outcome === 'created'
        ? [done(`database ${event.database} created`)]
        : [debug(`database ${event.database} exists`)];
    case 'pooler-found':
      return [
        warn(
          `${event.target} is a connection pooler: session locks do not hold there, so pgm keeps its lock in an open transaction; ` +
            'connect to PostgreSQL itself where you can',
        ),
      ];
    case 'waiting-for-lock': {
      const who = event.holder === null ? '' : `: ${describeHolder(event.holder)}`;
      return [again(`another runner is at work${who}; waiting`)];
    }
    case 'run-planned':
      return [
        debug(
          `revision ${short(event.revision)}: ${event.steps} of ${count(event.total, 'migration')} to apply`,
        ),
      ];
    case 'migration-started':
      return [debug(`${event.key} (${event.at} of ${event.of})`)];
    case 'migration-applied': {
      const late = event.outOfOrder ? ', out of order: a later one was applied before it' : '';
      return [done(`${printable(event.key)} applied (${duration(event.durationMs)})${late}`)];
    }
    case 'migration-skipped':
      return [info(`${printable(event.key)} was applied by another runner`)];
    case 'migration-baselined':
      return [done(`${printable(event.key)} marked as applied`)];
    case 'migration-failed': {
      const { failure, path } = event;
      const text = `${location(directory, path, failure)} ${headline(failure)}`;
      return [{ level: 'error', text, below: particulars(failure) }];
    }
    case 'migration-held':
      return [warn(`${printable(event.key)} held: ${event.because}`)];
    case 'migration-slow':
      return [info(slow(printable(event.key), event.progress))];
    case 'migration-retried':
      return [
        warn(
          `${printable(event.key)} was in the way of another session (SQLSTATE ${event.sqlstate}); again in ${duration(event.inMs)}`,
        ),
      ];
    case 'notice': {
      const { severity, message } = event.notice;
      const level = severity === 'WARNING' ? 'warn' : 'info';
      return [{ level, text: `${printable(event.key)} ${severity}: ${printable(message)}` }];
    }
    case 'notices-dropped':
      return [info(`${printable(event.key)} said ${count(event.count, 'more thing')}, not shown`)];
    case 'run-finished':
      return runFinished(event);
    case 'dry-run-finished':
      return dryRunFinished(event.report);
    case 'run-failed':
      return [again(`${event.reason}; trying again until it works`)];
    case 'health-listening':
      return [info(`probes at ${event.address}/liveness and ${event.address}/readiness`)];
    case 'watching':
      return [info(watching(event))];
    case 'stopping':
      return [info(`${event.signal}: stopping`)];
    case 'note':
      return [info(event.message)];
    case 'warning':
      return [warn(event.message)];
  }
}

/** The first twelve digits of a revision, enough for people. */
export function short(revision: string): string {
  return revision.slice(0, 12);
}

/** What `migrate` and `watch` print when it is true, and only then. */
export const allApplied = '✅ All migrations applied';

function sourceRead(directory: string, snapshot: Snapshot): readonly Sentence[] {
  const { migrations, refused, ignored, leftOut, warnings, revision, generation } = snapshot;
  const schemas = [...new Set(migrations.map(({ schema }) => schema))];
  const found =
    migrations.length === 0
      ? warn(`no migrations found in ${directory}`)
      : info(
          `${count(migrations.length, 'migration')} in ${count(schemas.length, 'schema')} (${schemas.join(', ')}), revision ${short(revision)}` +
            (generation === null ? '' : `, generation ${generation}`),
        );
  return [
    found,
    ...refused.map(({ path, reason, byteOffset }): Sentence => ({
      level: 'error',
      text: `${printable(path)} refused: ${reason}${byteOffset === null ? '' : ` (at byte ${byteOffset})`}`,
    })),
    ...warnings.map((warning) => warn(printable(warning))),
    ...leftOut.map(({ schema, files }) =>
      info(`${schema} left out by --schemas (${count(files, 'file')})`),
    ),
    ...(ignored.length > 0 ? [debug(`ignored: ${ignored.map(printable).join(', ')}`)] : []),
  ];
}

function runFinished({ report, verdict }: RunFinished): readonly Sentence[] {
  const { applied, statuses, durationMs, kept, beyond } = report;
  const idle = applied.length === 0 && !(verdict.kind === 'behind' && verdict.failing);
  const result = idle
    ? info(`nothing to do: ${summarize(statuses) || 'no migrations'}`)
    : info(
        `${count(applied.length, 'migration')} applied in ${duration(durationMs)}; in all ${summarize(statuses)}`,
      );
  const missing = statuses.filter(({ state }) => state === 'missing');
  return [
    ...kept.map((key) =>
      warn(`${printable(key)} was edited after it was applied; it is left as it is`),
    ),
    ...missing.map(({ key }) =>
      warn(`${printable(key)} was applied and is not in the source any more`),
    ),
    ...statuses.flatMap(({ key, renamedFrom }) =>
      renamedFrom === null
        ? []
        : [
            warn(
              `${printable(key)} has the content of ${printable(renamedFrom)}, which is gone: renamed?`,
            ),
          ],
    ),
    result,
    ...(beyond.length > 0
      ? [info(`${count(beyond.length, 'migration')} left for later by --to`)]
      : []),
    ...verdictLine(verdict),
  ];
}

function dryRunFinished({ statuses, kept, beyond }: RunReport): readonly Sentence[] {
  const left = new Set([...kept, ...beyond]);
  const planned = statuses.filter(
    ({ key, state, migration }) => migration !== null && state !== 'applied' && !left.has(key),
  );
  return [
    ...planned.map(({ key, state }) => info(`would apply ${printable(key)} (${state})`)),
    info(`dry run: ${count(planned.length, 'migration')} would be applied, nothing was changed`),
  ];
}

function slow(key: string, { runningMs, waitingFor, blockers, indexBuild }: FileProgress): string {
  const who = describeBlockers(blockers);
  const parts = [
    `${key} has been running for ${duration(runningMs)}`,
    ...(indexBuild === null ? [] : [indexBuild]),
    ...(who === '' ? [] : [`waiting behind ${who}`]),
    ...(who === '' && waitingFor?.startsWith('Lock') === true ? [`waiting: ${waitingFor}`] : []),
  ];
  return parts.join('; ');
}

function verdictLine(verdict: Verdict): readonly Sentence[] {
  switch (verdict.kind) {
    case 'up-to-date':
      return [{ level: 'info', text: allApplied }];
    case 'no-migrations':
      return [warn('no migrations found: nothing was applied')];
    case 'behind':
      return [
        verdict.failing
          ? { level: 'error', text: `not all migrations are applied: ${verdict.reason}` }
          : info(`not all migrations are applied: ${verdict.reason}`),
      ];
  }
}

function watching({ directory, mounted, address }: Watching): string {
  const what = mounted
    ? `watching ${directory}, a mounted ConfigMap`
    : `watching ${directory}: save a file there and it is applied`;
  return `${what}; readiness at ${address}/readiness`;
}

function debug(text: string): Sentence {
  return { level: 'debug', text };
}

function info(text: string): Sentence {
  return { level: 'info', text };
}

function done(text: string): Sentence {
  return { level: 'done', text };
}

function warn(text: string): Sentence {
  return { level: 'warn', text };
}

function again(text: string): Sentence {
  return { level: 'warn', text, topic: text };
}
