import { Chalk, type ChalkInstance } from 'chalk';
import { nameOf } from '../../../../core/catalog/catalog.js';
import type { StatementTrace } from '../../../../core/proof/database/locks.js';
import {
  countFindings,
  type FileProof,
  type Finding,
  type LiveFacts,
  type Proof,
} from '../../../../core/proof/proof.js';
import { waitWords } from '../../../../core/proof/database/lock-wait.js';
import { printable } from '../../../../core/files/names.js';
import { count, short } from '../../../../core/text/words.js';
import { type Looks, paragraphs, widest } from '../layout.js';
import { findingLines } from './findings.js';

/**
 * The report of `pgm verify` for people: the files that need attention, then each finding with its place and what to do.
 * `all` lists every file, and what each statement locks.
 */
export function proofReport(proof: Proof, directory: string, { color, all }: Looks): string {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const { files, notCompared } = proof;
  const names = notCompared.map(nameOf);
  const sections = [
    fileTable(files, all, chalk),
    ...files.flatMap((file) => findingLines(file, directory, chalk)),
    all ? locksTable(files) : [],
    withoutRows(files),
    names.length === 0 ? [] : [`not compared: ${names.join(', ')}`],
    [summary(proof, chalk)],
  ];
  return paragraphs(sections);
}

function fileTable(
  files: readonly FileProof[],
  all: boolean,
  chalk: ChalkInstance,
): readonly string[] {
  const shown = files.filter(
    ({ verdict, findings }) => all || !calm.includes(verdict) || findings.length > 0,
  );
  const width = widest(shown.map(({ key }) => printable(key)));
  return shown.map((file) => {
    const { key, verdict, findings } = file;
    const counted = saysNoFinding.includes(verdict) ? countedWords(findings) : '';
    const more = counted === '' ? '' : `, ${counted}`;
    const isWrong = findings.some(({ severity }) => severity === 'error');
    const paint = isWrong ? chalk.red : findings.length > 0 ? chalk.yellow : chalk.green;
    return `  ${printable(key).padEnd(width)}  ${paint(verdictWords(file) + more)}`;
  });
}

/** These need no attention. */
const calm: readonly string[] = ['fit', 'in place'];

/** With these verdicts, findings have to be mentioned: the colour alone does not show them. */
const saysNoFinding: readonly string[] = [...calm, 'runs once'];

function countedWords(findings: readonly Pick<Finding, 'severity'>[]): string {
  const words = (['error', 'warning'] as const).map((severity): [number, string] => [
    findings.filter((each) => each.severity === severity).length,
    severity,
  ]);
  return words
    .filter(([number]) => number > 0)
    .map(([number, word]) => count(number, word))
    .join(', ');
}

/** The verdict stays true even if the file suppresses the finding. */
function verdictWords({ verdict, change, ignored }: FileProof): string {
  const isSaid = change === null || change === 'unchanged' || change === 'missing';
  const words = isSaid ? verdict : `${verdict} (${change})`;
  const [first, ...others] = ignored;
  if (first === undefined) return words;
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  const because = first.reason === null ? '' : ` because ${printable(first.reason)}`;
  return `${words} (suppressed: ${first.finding.rule}${because}${more})`;
}

/** What statements did to tables that existed before their file. */
function locksTable(files: readonly FileProof[]): readonly string[] {
  const rows = files.flatMap(({ path, statements }) =>
    statements.flatMap((statement) => statementRows(path, statement)),
  );
  if (rows.length === 0) return [];
  const heads = ['statement', 'table', 'lock', 'done', 'who waits'];
  const widths = heads.map((head, at) => widest([head, ...rows.map((row) => row[at] ?? '')]));
  const line = (row: readonly string[]): string =>
    `  ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join('  ')}`.trimEnd();
  return ['on tables from earlier files:', line(heads), ...rows.map(line)];
}

function statementRows(
  path: string,
  { place, command, tables }: StatementTrace,
): readonly (readonly string[])[] {
  return tables.map(({ table, lock, wait, isRewritten, rewriteReasons, isScanned }) => {
    const why = rewriteReasons.length === 0 ? '' : ` (${rewriteReasons.join(', ')})`;
    const done = [
      ...(isRewritten ? [`rewritten${why}`] : []),
      ...(isScanned ? ['read whole'] : []),
    ];
    return [
      `${printable(path)}:${place.line} ${command}`,
      table,
      lock,
      done.join(', '),
      `${wait.shutOut}, ${waitWords(wait)}`,
    ];
  });
}

function withoutRows(files: readonly FileProof[]): readonly string[] {
  const tables = [...new Set(files.flatMap((file) => file.withoutRows))];
  if (tables.length === 0) return [];
  return [`no rows could be made up, so a scan would not be seen, for: ${tables.join(', ')}`];
}

function summary(proof: Proof, chalk: ChalkInstance): string {
  const { error } = countFindings(proof);
  const files = count(proof.files.length, 'file');
  const found = countedWords(proof.files.flatMap(({ findings }) => findings));
  const since = proof.base === null ? '' : ` ${baseWords(proof.base, proof.live)}`;
  const on = `on PostgreSQL ${proof.serverVersion}${since}`;
  if (error > 0) return chalk.red(`✖ ${files} ${on}: ${found}`);
  if (proof.files.length === 0) return chalk.yellow('⚠ no migrations found: nothing was proved');
  return `✅ ${files} fit to run twice ${on}${found === '' ? '' : `; ${found}`}`;
}

function baseWords(base: string, live: LiveFacts | null): string {
  if (live === null) return `since ${printable(base)}`;
  const { target, hasHistory, applied, revision } = live;
  if (!hasHistory) return `over ${printable(target)} (no history there: every file is new)`;
  const last = revision === null ? '' : `, the last from revision ${short(revision)}`;
  return `over ${printable(target)} (${count(applied, 'file')} applied${last})`;
}
