import { Chalk, type ChalkInstance } from 'chalk';
import { allGone, goneInWords } from '../../../core/run/all-gone.js';
import {
  countStates,
  migrationStates,
  type MigrationState,
  type MigrationStatus,
  nextTryOf,
} from '../../../core/run/compare.js';
import type { Intent } from '../../../core/run/intents.js';
import { printable } from '../../../core/files/names.js';
import type { StatusReport } from '../../../core/run/report.js';
import { holderName } from '../../../core/blockers.js';
import { count, duration, short } from '../../../core/text/words.js';
import { headline, location, particulars } from './failure.js';
import { allApplied, otherOrder } from './sentence.js';
import { groupedBy } from '../../../core/text/grouped-by.js';
import { type Looks, paragraphs, widest } from './layout.js';

/**
 * The text of `pgm status`: the verdict, the database and source, the states in each schema, and the errors. `all` lists
 * every migration, not only those that need attention.
 */
export function statusTable(report: StatusReport, { color, all }: Looks): string {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const lost = allGone(report.statuses);
  // States that the table of schemas already shows.
  const inTable: readonly MigrationState[] = lost === null ? ['applied'] : ['missing'];
  const shown = report.statuses.filter(
    ({ state, outOfOrder }) => all || !inTable.includes(state) || outOfOrder,
  );
  const width = widest(shown.map(({ key }) => printable(key)));
  const sections = [
    headLines(report, chalk),
    tableLines(report.statuses, chalk),
    shown.flatMap((status) => migrationLines(status, { report, width }, chalk)),
    [...(lost === null ? [] : [`note      ${goneInWords(lost)}`]), ...asideLines(report)],
    attemptLines(report, chalk),
  ];
  return paragraphs(sections);
}

function headLines(report: StatusReport, chalk: ChalkInstance): string[] {
  const { target, server, source, snapshot, lock, intent, databaseExists } = report;
  const about =
    server === null ? '' : `, PostgreSQL ${server.version}${server.inRecovery ? ' standby' : ''}`;
  const database = databaseExists ? `${target}${about}` : `${target} does not exist yet`;
  const generation = snapshot.generation === null ? '' : `, generation ${snapshot.generation}`;
  return [
    verdictLine(report, chalk),
    `${chalk.dim('database')}  ${database}`,
    `${chalk.dim('source  ')}  ${source.directory} (${source.origin}), revision ${short(snapshot.revision)}${generation}`,
    `${chalk.dim('lock    ')}  ${lock === null ? 'free' : `${holderName(lock)} since ${readableTime(lock.since)}`}`,
    ...(intent === null ? [] : [`${chalk.dim('wanted  ')}  ${wanted(intent, snapshot.revision)}`]),
  ];
}

/** What the runners should keep in the database: the newest intent. */
function wanted(intent: Intent, revision: string): string {
  const which =
    intent.revision === revision ? 'this revision' : `revision ${short(intent.revision)}`;
  return `${which}, by ${printable(intent.by)} since ${readableTime(intent.since)}`;
}

function verdictLine({ verdict }: StatusReport, chalk: ChalkInstance): string {
  switch (verdict.kind) {
    case 'up-to-date':
      return chalk.green(allApplied);
    case 'no-migrations':
      return chalk.yellow('▲ no migrations found');
    case 'behind':
      return chalk.red(`✖ not up to date: ${verdict.reason}`);
  }
}

/** One line for each schema, one column for each state that occurs. */
function tableLines(statuses: readonly MigrationStatus[], chalk: ChalkInstance): string[] {
  const states = migrationStates.filter(
    (state) => state === 'applied' || statuses.some((status) => status.state === state),
  );
  if (statuses.length === 0) return [];
  const header = ['schema', ...states, 'last applied'];
  const schemas = [...groupedBy(statuses, ({ schema }) => schema)];
  const rows = [header, ...schemas.map(([schema, own]) => rowOf(schema, own, states))];
  const widths = header.map((_title, column) => widest(rows.map((row) => row[column] ?? '')));
  const aligned = rows.map((row) =>
    row
      .map((cell, column) => {
        const width = widths[column] ?? 0;
        const isText = column === 0 || column === header.length - 1;
        return isText ? cell.padEnd(width) : cell.padStart(width);
      })
      .join('  ')
      .trimEnd(),
  );
  const [title = '', ...lines] = aligned;
  return [chalk.bold(title), ...lines];
}

function rowOf(
  schema: string,
  own: readonly MigrationStatus[],
  states: readonly MigrationState[],
): readonly string[] {
  const counts = countStates(own);
  return [
    schema === '' ? '(none)' : schema,
    ...states.map((state) => (counts[state] === 0 ? '·' : String(counts[state]))),
    lastApplied(own),
  ];
}

function lastApplied(statuses: readonly MigrationStatus[]): string {
  const times = statuses.map(({ row }) => row?.appliedAt ?? '').filter((time) => time !== '');
  return times.length === 0 ? '' : readableTime(times.reduce((a, b) => (a > b ? a : b)));
}

/** `2026-11-23 16:20:01 UTC` */
function readableTime(iso: string): string {
  return `${iso.slice(0, 19).replace('T', ' ')} UTC`;
}

function migrationLines(
  status: MigrationStatus,
  { report: { source }, width }: { readonly report: StatusReport; readonly width: number },
  chalk: ChalkInstance,
): string[] {
  const name = printable(status.key).padEnd(width);
  const [sign, paint] = signs(chalk)[status.state];
  const first = `${paint(`${sign} ${name}  ${status.state}`)}${remark(status)}`;
  const { failure } = status;
  if (failure === null) return [first];
  const path = status.path ?? status.filename;
  return [
    first,
    `    ${chalk.red(`${location(source.directory, path, failure)} ${headline(failure)}`)}`,
    ...particulars(failure).map((line) => `    ${line}`),
  ];
}

function signs(
  chalk: ChalkInstance,
): Readonly<Record<MigrationState, readonly [string, (text: string) => string]>> {
  return {
    applied: ['✔', chalk.green],
    pending: ['○', (text) => text],
    changed: ['~', chalk.yellow],
    failed: ['✖', chalk.red],
    held: ['‖', chalk.yellow],
    missing: ['?', chalk.yellow],
  };
}

function remark(status: MigrationStatus): string {
  const { state, row, outOfOrder, heldBecause, renamedFrom } = status;
  const nextTry = nextTryOf(status);
  const isIn = (row?.firstAppliedAt ?? null) !== null;
  const remarks = [
    state === 'applied' && row !== null && row.appliedAt !== null && readableTime(row.appliedAt),
    state === 'applied' && row !== null && row.durationMs !== null && duration(row.durationMs),
    state === 'failed' && row !== null && count(row.attempts, 'attempt'),
    nextTry !== null && `next try by ${readableTime(nextTry)}`,
    state === 'missing' && 'applied, and no longer in the source',
    state === 'changed' && 'edited after it was applied',
    outOfOrder && `out of order: a later one ${isIn ? 'was applied before it' : 'is applied'}`,
    heldBecause,
    renamedFrom !== null && `same content as ${printable(renamedFrom)}: renamed?`,
  ].filter((text) => typeof text === 'string');
  return remarks.length === 0 ? '' : `  ${remarks.join(', ')}`;
}

function asideLines({ snapshot }: StatusReport): string[] {
  const { ignored, leftOut, warnings, orderDiffersFromBytes } = snapshot;
  return [
    ...(ignored.length > 0 ? [`ignored   ${ignored.map(printable).join(', ')}`] : []),
    ...leftOut.map(
      ({ schema, files }) => `left out  ${schema} (${count(files, 'file')}, by --schemas)`,
    ),
    ...warnings.map((warning) => `note      ${printable(warning)}`),
    ...(orderDiffersFromBytes ? [`note      ${otherOrder}`] : []),
  ];
}

function attemptLines({ attempts }: StatusReport, chalk: ChalkInstance): string[] {
  if (attempts.length === 0) return [];
  return [
    chalk.bold('latest attempts'),
    ...attempts.map(({ startedAt, key, outcome, durationMs, error, appliedBy }) => {
      const took = durationMs === null ? '' : ` (${duration(durationMs)})`;
      const why = error === null ? '' : `: ${headline(error)}`;
      return `${readableTime(startedAt)}  ${outcome.padEnd(7)}  ${printable(key)}${took} by ${appliedBy}${why}`;
    }),
  ];
}
