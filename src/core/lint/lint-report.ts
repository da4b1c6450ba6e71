import type { MigrationKey } from '../files/migration.js';
import { countFindings, type Severity } from '../proof/proof.js';
import type { IgnoreRule } from '../statements/take-back.js';
import type { Excerpt, Place } from '../text/position.js';
import type { Evidence } from './facts.js';
import type { LintFamily, LintRuleName } from '../statements/rule-names.js';

/** Findings of lint itself: pgm would not send the file; the grammar cannot read a statement; a line `-- pgm:ignore`. */
type OwnRule = 'refused' | 'unreadable-statement' | IgnoreRule;

export interface LintFinding {
  readonly rule: LintRuleName | OwnRule;
  /** Null if the finding is not from a rule. */
  readonly family: LintFamily | null;
  readonly severity: Severity;
  /** What is wrong, without values from the file. */
  readonly message: string;
  /** Null if it is about the file or the source as a whole. */
  readonly place: Place | null;
  readonly excerpt: Excerpt | null;
  /** What to write instead; null if that is not sure. */
  readonly advice: string | null;
  /** What `pgm verify` saw of it; null without `--facts`, or if verify does not look for such problems. */
  readonly evidence: Evidence | null;
}

/** A finding with the defaults filled in; the caller adds the place and what else is known. */
export function findingOf(
  rule: LintFinding['rule'],
  severity: Severity,
  message: string,
  advice: string | null,
): LintFinding {
  return {
    rule,
    family: null,
    severity,
    message,
    advice,
    place: null,
    excerpt: null,
    evidence: null,
  };
}

interface IgnoredLintFinding {
  readonly finding: LintFinding;
  readonly reason: string | null;
}

export interface FileLint {
  /** Null for the source as a whole. */
  readonly key: MigrationKey | null;
  /** Relative to the source; empty for the source. */
  readonly path: string;
  /** False for a file that is in place already: its locks and what it drops are not reported. */
  readonly isDue: boolean;
  readonly findings: readonly LintFinding[];
  /** What `-- pgm:ignore` suppresses. */
  readonly ignored: readonly IgnoredLintFinding[];
}

export interface LintReport {
  readonly revision: string;
  /** What is already deployed: `main (0123456789ab)`; null if that is not known. */
  readonly base: string | null;
  /** Whether the files create tables, which without a base all count as new. */
  readonly makesTables: boolean;
  /** Every file, and the source as a whole if it has findings. */
  readonly files: readonly FileLint[];
}

/** What `pgm lint --format json` prints. */
export interface LintDocument {
  readonly revision: string;
  /** What is already deployed: `main (0123456789ab)`; null if that is not known. */
  readonly base: string | null;
  readonly counts: { readonly files: number; readonly errors: number; readonly warnings: number };
  readonly files: readonly {
    /** Null for the source as a whole. */
    readonly key: MigrationKey | null;
    readonly path: string;
    /** False for a file that is in place already. */
    readonly due: boolean;
    readonly findings: readonly LintFinding[];
    /** What `-- pgm:ignore` suppresses. */
    readonly ignored: readonly (LintFinding & { readonly reason: string | null })[];
  }[];
}

export function lintDocument(report: LintReport): LintDocument {
  const { error, warning } = countFindings(report);
  return {
    revision: report.revision,
    base: report.base,
    counts: { files: report.files.length, errors: error, warnings: warning },
    files: report.files.map(({ key, path, isDue, findings, ignored }) => ({
      key,
      path,
      due: isDue,
      findings: findings.map(findingDocument),
      ignored: ignored.map(({ finding, reason }) => ({ ...findingDocument(finding), reason })),
    })),
  };
}

function findingDocument(finding: LintFinding): LintFinding {
  const { rule, family, severity, message, place, excerpt, advice, evidence } = finding;
  return { rule, family, severity, message, place, excerpt, advice, evidence };
}
