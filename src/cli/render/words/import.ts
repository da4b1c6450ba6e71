import { posix } from 'node:path';
import { printable } from '../../../core/files/names.js';
import type { ImportReport } from '../../../core/moving/import-document.js';
import { count } from '../../../core/text/words.js';
import { widest } from './layout.js';

/** What an import did or would do, for people. `table`: every file, and what it becomes. */
export function importText(report: ImportReport, table: boolean): string {
  const { plan, files, unclear, inTheWay } = report;
  const lines = [
    head(report),
    ...(table ? rows(files) : []),
    ...(plan.renumbered === null ? [] : [`new numbers: ${plan.renumbered}`]),
    ...leftOut(report),
    ...(unclear.length === 0 ? [] : ['to fix by hand:']),
    ...unclear.map(({ path, line, column, what, advice }) => {
      const place = line === null ? '' : `:${line}:${column ?? 1}`;
      return `  ${printable(inFolder(report, path))}${place}: ${printable(what)}; ${advice}`;
    }),
    ...inTheWay.map((path) => `in the way: ${report.target}/${path} exists with different content`),
    result(report),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

function head({ plan, alike, folder }: ImportReport): string {
  const place = plan.root === '' ? folder : `${folder}/${plan.root}`;
  const others =
    alike.length === 0 ? '' : ` or ${alike.join(', ')}, which makes no difference here`;
  return `${printable(place)} is a folder of ${plan.tool.folder.word}${others}: ${count(plan.files.length, 'migration')} in SQL`;
}

function rows(files: ImportReport['files']): readonly string[] {
  const width = widest(files.map(({ from }) => printable(from)));
  return files.map(({ from, to, changes, target }) => {
    const notes = [...changes, ...(target === 'the same' ? ['already there'] : [])];
    const said = notes.length === 0 ? '' : `  (${notes.join('; ')})`;
    return `  ${printable(from).padEnd(width)}  →  ${to}${said}`;
  });
}

function leftOut({ plan }: ImportReport): readonly string[] {
  const undo = plan.undo === 0 ? [] : [`left out: ${count(plan.undo, 'undo part')}`];
  const shown = plan.leftOut.slice(0, mostNamed);
  const more = plan.leftOut.length - shown.length;
  return [
    ...undo,
    ...shown.map(({ path, why }) => `left out: ${printable(path)}: ${why}`),
    ...(more > 0 ? [`left out: ${more} more; --json names all`] : []),
  ];
}

const mostNamed = 20;

function inFolder({ folder, plan }: ImportReport, path: string): string {
  return `${folder}/${posix.join(plan.root, path)}`;
}

function result({ files, unclear, inTheWay, written, dryRun, target }: ImportReport): string {
  if (inTheWay.length > 0) {
    return `nothing written: move what is in the way, or give another directory with --to`;
  }
  if (written === null) {
    return `nothing written: ${count(unclear.length, 'place')} to fix; --partial writes the other files`;
  }
  const there = files.length - files.filter((file) => file.target === 'nothing').length;
  const kept = there === 0 ? '' : `, ${there} already there`;
  if (dryRun) return `would write ${count(files.length - there, 'file')} to ${target}${kept}`;
  return `${count(written, 'file')} written to ${target}${kept}`;
}
