import { Chalk, type ChalkInstance } from 'chalk';
import type { FileLint, LintReport } from '../../../../core/lint/lint-report.js';
import { countFindings } from '../../../../core/proof/proof.js';
import { type Example, exampleText, type RuleText } from '../../../../core/lint/rule-text.js';
import { printable } from '../../../../core/files/names.js';
import { lintFamilies } from '../../../../core/statements/rule-names.js';
import { count } from '../../../../core/text/words.js';
import { type Looks, paragraphs, widest } from '../layout.js';
import { findingLines } from './findings.js';
import { located } from '../../../../core/text/position.js';

/** The report of `pgm lint` for people. `all` also lists what files suppress. */
export function lintReport(report: LintReport, directory: string, { color, all }: Looks): string {
  const chalk = new Chalk({ level: color ? 1 : 0 });
  const { files } = report;
  const sections = [
    ...files.flatMap((file) => findingLines(file, directory, chalk)),
    all ? files.flatMap(ignoredLines) : [],
    [summary(report, chalk), ...(takesForNew(report) ? [newTables] : [])],
  ];
  return paragraphs(sections);
}

const newTables =
  'tables that these files make count as new: --applied-to COMMIT, or --database-url, says what is deployed already';

function takesForNew({ base, makesTables }: LintReport): boolean {
  return base === null && makesTables;
}

function ignoredLines({ path, ignored }: FileLint): readonly string[] {
  return ignored.map(({ finding: { rule, place }, reason }) => {
    const because = reason === null ? '' : ` because ${printable(reason)}`;
    return `${located(printable(path), place)}: suppressed: ${rule}${because}`;
  });
}

function summary(report: LintReport, chalk: ChalkInstance): string {
  const { error, warning } = countFindings(report);
  const looked = report.files.filter(({ key }) => key !== null).length;
  const files = count(looked, 'file');
  const ignored = report.files.flatMap((file) => file.ignored).length;
  const found = [
    ...(error > 0 ? [count(error, 'error')] : []),
    ...(warning > 0 ? [count(warning, 'warning')] : []),
    ...(ignored > 0 ? [`${ignored} suppressed`] : []),
  ].join(', ');
  const since = report.base === null ? '' : `, applied to ${printable(report.base)}`;
  if (error > 0) return chalk.red(`✖ ${files}${since}: ${found}`);
  if (warning > 0) return chalk.yellow(`⚠ ${files}${since}: ${found}`);
  if (looked === 0) return chalk.yellow('⚠ no migrations found: nothing was looked at');
  return `✅ ${files}${since}: nothing found${found === '' ? '' : ` (${found})`}`;
}

/** What `--rules` prints. */
export function ruleList(rules: readonly RuleText[]): string {
  const width = widest(rules.map(({ name }) => name));
  const sections = lintFamilies.flatMap((family) => {
    const own = rules.filter((rule) => rule.family === family);
    if (own.length === 0) return [];
    const lines = own.map(
      ({ name, severity, summary: what }) =>
        `  ${name.padEnd(width)}  ${severity.padEnd(7)}  ${what}`,
    );
    return [[family, ...lines].join('\n')];
  });
  return `${sections.join('\n\n')}\n\npgm lint --explain RULE explains one\n`;
}

/** What `--explain` prints. */
export function ruleText({
  name,
  family,
  severity,
  summary: what,
  why,
  instead,
  examples,
}: RuleText): string {
  const { bad, good } = examples;
  const parts = [
    `${name} (${family}, ${severity})\n\n${what}`,
    why,
    `to do: ${instead}`,
    `found in:\n\n${indented(bad[0])}`,
    `not found in:\n\n${indented(good.at(-1))}`,
    `to suppress it for the next statement, or at the top for the file:\n\n    -- pgm:ignore ${name} because …`,
  ];
  return `${parts.join('\n\n')}\n`;
}

function indented(example: Example = ''): string {
  return exampleText(example).replace(/^/gm, '    ');
}
