import { printable } from '../../../core/files/names.js';
import type { TableFound } from '../../../core/moving/find-table.js';
import type { FromHistory, ReportedFile } from '../../../core/moving/from-history.js';
import { count } from '../../../core/text/words.js';
import { widest } from './layout.js';

/** What the table of another tool says, in lines; the second ones ask for attention. */
interface FromHistoryWords {
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
}

export function fromHistoryWords(report: FromHistory): FromHistoryWords {
  const { tool, files, strangers, dryRun } = report;
  const behind = files.filter(({ says, then }) => says !== 'applied' && then !== 'there');
  const late = behind.filter((file) => file.late);
  const edited = files.filter((file) => file.edited && file.then === 'mark');
  const due = behind.filter((file) => !file.late);
  return {
    notes: [
      head(report),
      ...(dryRun ? rows(report) : []),
      ...some(due, (file) => `${printable(file.key)} ${notApplied(file, tool)}`),
    ],
    warnings: [
      ...some(late, (file) => {
        return `${printable(file.key)} ${notApplied(file, tool)}, although a later one is: pgm migrate runs it, out of order`;
      }),
      ...some(edited, ({ key }) => `${printable(key)} was edited since ${tool} applied it`),
      ...some(strangers, ({ row, says }) => {
        return `the row ${printable(row ?? '')} (${says}) has no file in the source`;
      }),
    ],
  };
}

function head({ tool, table, files, strangers }: FromHistory): string {
  const applied = files.filter(({ says }) => says === 'applied').length;
  const name = `${table.schema}.${table.name}`;
  if (files.length === 0) return `${printable(name)} is the table of ${tool}`;
  const without =
    strangers.length === 0 ? '' : `, and ${count(strangers.length, 'row')} without a file`;
  return `${printable(name)} is the table of ${tool}: ${applied} of ${count(files.length, 'file')} applied${without}`;
}

function rows({ files, keys }: FromHistory): readonly string[] {
  const width = widest(files.map(({ row }) => printable(row ?? '-')));
  return files.map(({ key, row, says, then }) => {
    const may = then === 'mark' && keys !== null;
    const what = may ? 'would be marked' : then === 'there' ? 'in pgm already' : says;
    return `  ${printable(row ?? '-').padEnd(width)}  →  ${printable(key)}  (${what})`;
  });
}

function notApplied({ says }: ReportedFile, tool: string): string {
  if (says === 'undone') return `was undone, or never finished, by ${tool}`;
  return says === 'failed' ? `failed in ${tool}` : `is not applied by ${tool}`;
}

/** The first of many, and how many more there are. */
function some<T>(all: readonly T[], line: (each: T) => string): readonly string[] {
  const more = all.length - mostNamed;
  return [
    ...all.slice(0, mostNamed).map(line),
    ...(more > 0 ? [`and ${more} more like that; --json names all`] : []),
  ];
}

const mostNamed = 20;

/** What to do if it is not clear whose history it is. */
export function noTable(found: Exclude<TableFound, { kind: 'found' }>): string {
  if (found.kind === 'none') {
    return `there is no history of another tool in the database; looked for ${found.looked.join(', ')} with the columns that the tool gives it. Name the tool with --tool, and a table with another name with --tool-table`;
  }
  const all = found.candidates.map(({ tool, table }) => {
    return `${table.schema}.${table.name} (${tool.folder.word})`;
  });
  const tools = new Set(found.candidates.map(({ tool }) => tool.folder.word));
  const ask =
    tools.size === found.candidates.length ? '--tool' : '--tool-table, and --tool if need be';
  return `several tables could be the history: ${all.join(', ')}. Name one with ${ask}`;
}
