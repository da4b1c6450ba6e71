import { Chalk, type ChalkInstance } from 'chalk';
import type { Fact } from '../../../core/catalog/catalog.js';
import type { DriftItem } from '../../../core/drift/drift.js';
import {
  type DriftReport,
  type DriftVerdict,
  type WholeItem,
  withoutParts,
} from '../../../core/drift/drift-report.js';
import { printable } from '../../../core/files/names.js';
import { count, short } from '../../../core/text/words.js';

/** The report of `pgm drift` for people: each object with both definitions, and a line that sums up. */
export function driftReport(report: DriftReport, color: boolean): string {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const sections = [
    ...withoutParts(report.items).map((each) => itemLines(each, chalk)),
    report.unseen.map((each) => `not compared, as a role may not see it: ${printable(each)}`),
    report.notYet.map(({ key, state }) => `not yet: ${printable(key)} is ${state}`),
    [summary(report, chalk)],
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

const titles: Readonly<Record<DriftItem['kind'], string>> = {
  unknown: 'unknown here',
  missing: 'missing',
  different: 'different',
};

function itemLines({ item, parts }: WholeItem, chalk: ChalkInstance): readonly string[] {
  const { kind, object } = item;
  const title = chalk.yellow(titles[kind].padEnd(12));
  const more = parts > 0 ? `, with ${parts} of its columns, constraints, indexes …` : '';
  const head = `${title}  ${object.kind} ${printable(object.identity)}${more}`;
  const by = kind === 'unknown' || item.by === null ? [] : [`  by ${printable(item.by)}`];
  if (kind !== 'different') return [head, ...by, ...factLines(object.facts)];
  const facts = item.facts.flatMap(({ name, before, after }) => [
    `  ${name}`,
    ...valueLines('expected', before, chalk.green),
    ...valueLines('actual', after, chalk.red),
  ]);
  return [head, ...by, ...facts];
}

function factLines(facts: Readonly<Record<string, Fact>>): readonly string[] {
  return Object.entries(facts).map(([name, fact]) => `  ${name}: ${indented(textOf(fact), 4)}`);
}

function valueLines(
  side: 'expected' | 'actual',
  fact: Fact | null,
  paint: (text: string) => string,
): readonly string[] {
  const text = fact === null ? '(none)' : indented(textOf(fact), 14);
  return [`    ${side.padEnd(8)}  ${paint(text)}`];
}

function textOf(fact: Fact): string {
  return typeof fact === 'object' ? fact.join('; ') : String(fact);
}

function indented(text: string, by: number): string {
  return text
    .split('\n')
    .map(printable)
    .join(`\n${' '.repeat(by)}`);
}

function summary({ verdict, items, kept, target }: DriftReport, chalk: ChalkInstance): string {
  if (verdict !== 'drift' && verdict !== 'in step') return notCompared[verdict];
  const since =
    kept === null
      ? ''
      : ` (revision ${short(kept.revision)}, ${kept.keptAt}, by ${printable(kept.keptBy)})`;
  const what = `what the last run left${since}`;
  if (verdict === 'in step') return chalk.green(`✅ ${target} is ${what}`);
  const kinds = (['unknown', 'missing', 'different'] as const).flatMap((kind) => {
    const some = items.filter((item) => item.kind === kind).length;
    return some === 0 ? [] : [`${some} ${titles[kind]}`];
  });
  return chalk.red(
    `❌ ${count(items.length, 'object')} of ${target} differ from ${what}: ${kinds.join(', ')}`,
  );
}

const notCompared: Readonly<Record<Exclude<DriftVerdict, 'drift' | 'in step'>, string>> = {
  'no database':
    'the database does not exist: there is nothing to compare; create it with: pgm migrate',
  'no history':
    'pgm has applied nothing to this database, so there is nothing to compare it with: run pgm migrate',
  'no document':
    'no run has kept the catalog of this database yet: the next pgm migrate that applies something does, and pgm watch at its start',
  'not comparable':
    'the catalog was kept by another version of pgm, or on another version of PostgreSQL, and cannot be compared: the next run that applies something keeps it anew',
};
