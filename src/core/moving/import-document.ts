import type { Unclear } from '../foreign/tool-folder.js';
import type { ImportPlan, PlannedFile } from './plan-import.js';

/** What an import did, or would do. */
export interface ImportReport {
  /** The directory that was given. */
  readonly folder: string;
  readonly target: string;
  readonly plan: ImportPlan;
  readonly alike: readonly string[];
  readonly files: readonly (PlannedFile & {
    readonly target: 'nothing' | 'the same' | 'another';
  })[];
  readonly unclear: readonly Unclear[];
  /** Files in the target that have different content. */
  readonly inTheWay: readonly string[];
  readonly dryRun: boolean;
  /** How many files were written; null if nothing may be written. */
  readonly written: number | null;
}

/** What `pgm import --json` prints. */
export function importDocument(report: ImportReport): object {
  const { folder, target, plan, alike, files, unclear, inTheWay, dryRun, written } = report;
  return {
    tool: plan.tool.folder.word,
    alike,
    folder: plan.root === '' ? folder : `${folder}/${plan.root}`,
    target,
    dryRun,
    written,
    renumbered: plan.renumbered,
    files: files.map(({ from, to, version, changes, target: there }) => {
      return { from, to, version, changes, there: there === 'nothing' ? null : there };
    }),
    undo: plan.undo,
    leftOut: plan.leftOut,
    unclear,
    inTheWay,
  };
}
