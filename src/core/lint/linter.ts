import type { LintedFile, LintedSource } from './linted-file.js';
import type { IgnoreLine } from '../statements/header-lists.js';
import type { FileLint, LintFinding } from './lint-report.js';

/** Lints files one after the other, in the order in which they are applied. */
export interface Linter {
  /** Takes in a file that is in place, without linting it. All of these come first. */
  deploy(file: LintedFile): void;
  lint(file: LintedFile): FileLint;
  /** The findings about all files together. */
  finish(source: LintedSource): readonly SourceFinding[];
}

export interface SourceFinding {
  /** Null for the source as a whole. */
  readonly key: string | null;
  readonly finding: LintFinding;
  /** The line of the file's header that suppresses it; null if none does. */
  readonly takenBack: IgnoreLine | null;
}
