import type { Statement } from '../../core/grammar/statement.js';
import type { Expr } from '../../core/grammar/expressions.js';
import type { LintedFile, LintedSource } from '../../core/lint/linted-file.js';
import type { RuleText } from '../../core/lint/rule-text.js';
import type { LintRuleName } from '../../core/statements/rule-names.js';
import type { Known } from './known.js';

/** A result of a rule. */
export interface Found {
  /** UTF-16 index in the file; null for the file as a whole. */
  readonly at: number | null;
  /** What is wrong with this statement, in one line, without values. */
  readonly message: string;
  /** What to do, if `instead` of the rule does not fit this case. */
  readonly advice?: string;
}

/** Checks each statement, and those that a DO block runs, before `known` takes it in. */
export interface StatementRule<N extends LintRuleName = LintRuleName> extends RuleText<N> {
  readonly looksAt: 'statement';
  readonly check: (statement: Statement, known: Known, context: Context) => Iterable<Found>;
}

/** Checks a file when all its statements are known. */
export interface FileRule<N extends LintRuleName = LintRuleName> extends RuleText<N> {
  readonly looksAt: 'file';
  readonly check: (file: LintedFile, known: Known) => Iterable<Found>;
}

/** Checks all files at the end. */
export interface SourceRule<N extends LintRuleName = LintRuleName> extends RuleText<N> {
  readonly looksAt: 'source';
  readonly check: (source: LintedSource, known: Known) => Iterable<FoundInSource>;
}

export type Rule<N extends LintRuleName = LintRuleName> =
  StatementRule<N> | FileRule<N> | SourceRule<N>;

/** What a rule needs to know besides the statement. */
export interface Context {
  readonly file: LintedFile;
  /** Null for a statement of the file itself. */
  readonly within: Within | null;
  /** The other statements of the WITH that it is in. */
  readonly beside: readonly Statement[];
  /** The oldest PostgreSQL that the files must run on: 14 to 18. */
  readonly postgres: number;
}

/** The surroundings of a statement that a DO block runs. */
export interface Within {
  /** Whether it may or may not run: inside IF, a loop, an exception handler. */
  readonly isConditional: boolean;
  readonly conditions: readonly Expr[];
  /** Errors that are caught around it: `duplicate_object`, `others`. */
  readonly caught: readonly string[];
}

export interface FoundInSource extends Found {
  /** The file it is about; null for the source as a whole. `at` is an index in it. */
  readonly key: string | null;
}
