import { Chalk, type ChalkInstance } from 'chalk';
import type { Fact } from '../../../core/catalog/catalog.js';
import type { FactChange } from '../../../core/catalog/compare-catalogs.js';
import type { DriftItem } from '../../../core/drift/drift.js';
import {
  type DriftReport,
  type DriftVerdict,
  type WholeItem,
  withoutParts,
} from '../../../core/drift/drift-report.js';
import { driftKinds } from '../../../core/drift/drift-seen.js';
import { factText, maskedFact } from '../../../core/drift/masked-fact.js';
import { printable } from '../../../core/files/names.js';
import { count, grouped, short } from '../../../core/text/words.js';
import { paragraphs } from './layout.js';

/** The report of `pgm drift` for people: each object with both definitions, and a summary line. */
export function driftReport(report: DriftReport, color: boolean): string {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const sections = [
    ...withoutParts(report.items).map((each) => itemLines(each, chalk)),
    report.unseen.map((each) => `not compared${reasonOf(each)}: ${printable(each)}`),
    report.histories.map(
      ({ tool, kind, identity }) =>
        `left out: ${kind} ${printable(identity)}, the history of ${tool}`,
    ),
    report.notYet.map(({ key, state }) =>
      state === 'missing'
        ? `no longer in the source, so what it made is unknown here: ${printable(key)}`
        : `not yet: ${printable(key)} is ${state}`,
    ),
    [summary(report, chalk)],
  ];
  return paragraphs(sections);
}

/** Two kinds of things may be hidden from a role; everything else that is not compared gives its own reason. */
function reasonOf(unseen: string): string {
  return /^(?:connection|options) of /.test(unseen) ? ', as the role may not see it' : '';
}

/** How an object differs. */
export const driftTitles: Readonly<Record<DriftItem['kind'], string>> = {
  unknown: 'unknown here',
  missing: 'missing',
  different: 'different',
};

function itemLines({ item, parts }: WholeItem, chalk: ChalkInstance): readonly string[] {
  const { kind, object } = item;
  const title = chalk.yellow(driftTitles[kind].padEnd(12));
  const head = `${title}  ${nameOfWhole({ item, parts })}`;
  const by = kind === 'unknown' || item.by === null ? [] : [`  by ${printable(item.by)}`];
  if (kind !== 'different') return [head, ...by, ...factLines(object.facts)];
  const facts = item.facts.flatMap((change) => changeLines(change, chalk));
  return [head, ...by, ...facts];
}

/** `table app.users, with 3 of its columns, constraints, indexes …` */
export function nameOfWhole({ item: { object }, parts }: WholeItem): string {
  const more = parts > 0 ? `, with ${parts} of its columns, constraints, indexes …` : '';
  return `${object.kind} ${printable(object.identity)}${more}`;
}

function factLines(facts: Readonly<Record<string, Fact>>): readonly string[] {
  return Object.entries(facts).map(
    ([name, fact]) => `  ${name}: ${indented(shown(name, fact), 4)}`,
  );
}

function changeLines({ name, before, after }: FactChange, chalk: ChalkInstance): readonly string[] {
  const [expected = '', actual = ''] = [before, after].map((fact) =>
    fact === null ? '(none)' : shown(name, fact),
  );
  const why = expected === actual ? '; only what is masked differs' : '';
  return [
    `  ${name}${why}`,
    `    expected  ${chalk.green(indented(expected, 14))}`,
    `    actual    ${chalk.red(indented(actual, 14))}`,
  ];
}

function shown(name: string, fact: Fact): string {
  return factText(maskedFact(name, fact));
}

function indented(text: string, by: number): string {
  return text
    .replace(/\n$/, '')
    .split('\n')
    .map(printable)
    .join(`\n${' '.repeat(by)}`)
    .replace(/^ +$/gm, '');
}

function summary(report: DriftReport, chalk: ChalkInstance): string {
  const { verdict, items, target } = report;
  if (verdict !== 'drift' && verdict !== 'in step') return notCompared[verdict];
  const what = expectedWords(report);
  if (verdict === 'in step') return chalk.green(`✅ ${target} is ${what}`);
  return chalk.red(
    `❌ ${count(items.length, 'object')} of ${target} ${items.length === 1 ? 'differs' : 'differ'} from ${what}: ${countsInWords(items)}`,
  );
}

/** `1 unknown here, 2 different` */
export function countsInWords(items: readonly DriftItem[]): string {
  return driftKinds
    .flatMap((kind) => {
      const some = items.filter((item) => item.kind === kind).length;
      return some === 0 ? [] : [`${grouped(some)} ${driftTitles[kind]}`];
    })
    .join(', ');
}

/** `what the last run left`, `what 42 files make on PostgreSQL 18.4` */
function expectedWords({ kept, files }: DriftReport): string {
  if (files !== null) {
    const { revision, applied, serverVersion } = files;
    return `what ${count(applied, 'file')} ${applied === 1 ? 'makes' : 'make'} on PostgreSQL ${serverVersion} (revision ${short(revision)})`;
  }
  if (kept === null) return 'what the last run left';
  const { revision, keptAt, keptBy } = kept;
  return `what the last run left (revision ${short(revision)}, ${keptAt}, by ${printable(keptBy)})`;
}

const notCompared: Readonly<Record<Exclude<DriftVerdict, 'drift' | 'in step'>, string>> = {
  'no database':
    'the database does not exist: there is nothing to compare; create it with: pgm migrate',
  'no history':
    'pgm has applied nothing to this database, so there is nothing to compare it with: run pgm migrate',
  'no document':
    'no run has kept the catalog of this database yet: the next run that applies something does; to compare with what the files make instead, add --embedded or --shadow-url',
  'not comparable':
    'the catalog was kept by another version of pgm, or on another version of PostgreSQL, and cannot be compared: the next run that applies something keeps it again',
};
