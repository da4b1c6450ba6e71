import { Chalk, type ChalkInstance } from 'chalk';
import {
  type DriftReport,
  withoutParts,
  type WholeItem,
} from '../../../../core/drift/drift-report.js';
import {
  fingerprintGroups,
  type FingerprintGroup,
} from '../../../../core/fleet/drift/fingerprints.js';
import {
  alikeInDrift,
  driftSummary,
  type FleetDriftReport,
  isInStep,
  type TargetDrift,
  verdictWords,
} from '../../../../core/fleet/drift/target-drift.js';
import { count, grouped, short } from '../../../../core/text/words.js';
import { countsInWords, driftTitles, nameOfWhole } from '../drift.js';
import { rowsOf, rowsOfEach, type Saying, someOf } from './fleet-rows.js';
import type { Looks } from '../layout.js';

/**
 * The text of `pgm fleet drift` and `pgm fleet verify`: the summary, the fingerprints side by side, and then the targets that
 * are not in step, with what differs; with `all` each target.
 */
export function fleetDriftTable(report: FleetDriftReport, { color, all }: Looks): string {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const { targets } = report;
  const saying = sayingOf(chalk, all);
  const told = all
    ? rowsOfEach(targets, saying)
    : rowsOf(alikeInDrift(targets.filter(({ verdict }) => verdict !== 'in step')), saying);
  const lines = [
    verdictOf(report, chalk),
    `${chalk.dim('targets')}       ${driftSummary(targets)}`,
    ...printLines(fingerprintGroups(targets), chalk),
    ...(told.length === 0 ? [] : ['', ...told]),
  ];
  return `${lines.join('\n')}\n`;
}

function verdictOf(report: FleetDriftReport, chalk: ChalkInstance): string {
  const { targets } = report;
  if (targets.length === 0) return 'there are no targets';
  const what = comparedWith(report);
  if (isInStep(targets)) return chalk.green(`✅ ${count(targets.length, 'target')}: ${what}`);
  return chalk.red(`❌ not every target is ${what}`);
}

function comparedWith({ files }: FleetDriftReport): string {
  if (files === null) return 'as its last run left it';
  const { applied, serverVersion, revision } = files;
  const make = applied === 1 ? 'makes' : 'make';
  return `what ${count(applied, 'file')} ${make} on PostgreSQL ${serverVersion} (revision ${short(revision)})`;
}

/** The largest group first, with the names of targets in the others. */
function printLines(groups: readonly FingerprintGroup[], chalk: ChalkInstance): readonly string[] {
  const shown = groups.slice(0, mostGroups);
  const width = grouped(shown[0]?.targets.length ?? 0).length;
  const versions = new Set(groups.flatMap(({ postgres }) => postgres));
  const lines = shown.map((group, at) => {
    const title = at === 0 ? chalk.dim(heading) : blank;
    const number = grouped(group.targets.length).padStart(width);
    const on = versions.size > 1 ? `, PostgreSQL ${group.postgres.join(', ')}` : '';
    const names = at > 0 ? `: ${someOf(group.targets)}` : '';
    return `${title}  ${number} with ${short(group.fingerprint)}${revisionsOf(group)}${on}${names}`;
  });
  const left = groups.slice(mostGroups).reduce((sum, { targets }) => sum + targets.length, 0);
  if (left === 0) return lines;
  const more = `${count(left, 'target')} with ${count(groups.length - mostGroups, 'other one')}`;
  return [...lines, `${blank}  ${more}: --json has each`];
}

const heading = 'fingerprints';
const blank = ' '.repeat(heading.length);

function revisionsOf({ revisions }: FingerprintGroup): string {
  const [revision] = revisions;
  if (revision === undefined) return '';
  if (revisions.length > 1) return `, ${count(revisions.length, 'revision')}`;
  return `, revision ${short(revision)}`;
}

const mostGroups = 10;

function sayingOf(chalk: ChalkInstance, all: boolean): Saying<TargetDrift> {
  return {
    paint: ({ verdict }, text) => {
      if (verdict === 'in step') return chalk.green(text);
      return verdict === 'drift' ? chalk.yellow(text) : chalk.red(text);
    },
    say: ({ verdict, reason, report }) => ({
      word: verdictWords[verdict],
      reason: verdict === 'drift' && report !== null ? whatDiffers(report) : reason,
      below: itemLines(withoutParts(report?.items ?? []), all),
    }),
  };
}

/** `1 missing; 2 files are not applied yet` */
function whatDiffers({ items, notYet }: DriftReport): string {
  const due = notYet.filter(({ state }) => state !== 'missing').length;
  const later = due === 1 ? 'is not applied yet' : 'are not applied yet';
  return `${countsInWords(items)}${due === 0 ? '' : `; ${count(due, 'file')} ${later}`}`;
}

/** Each object by its name; `pgm drift` of the database shows the definitions. */
function itemLines(items: readonly WholeItem[], all: boolean): readonly string[] {
  const shown = all ? items : items.slice(0, mostItems);
  const lines = shown.map((whole) => {
    return `    ${driftTitles[whole.item.kind].padEnd(12)}  ${nameOfWhole(whole)}`;
  });
  const left = items.length - shown.length;
  return left === 0 ? lines : [...lines, `    and ${count(left, 'other object')}`];
}

const mostItems = 10;
