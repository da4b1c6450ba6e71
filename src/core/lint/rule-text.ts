import type { LintFamily, LintRuleName } from '../statements/rule-names.js';
import type { LintSeverity } from './lint-report.js';

/** A file of SQL: one file, or several by path, in the order in which they are applied. */
export type Example = string | Readonly<Record<string, string>>;

/** What people are told of a rule. */
export interface RuleText<N extends LintRuleName = LintRuleName> {
  readonly name: N;
  readonly family: LintFamily;
  readonly severity: LintSeverity;
  /** One line: what the rule finds. */
  readonly summary: string;
  /** What happens in production, with the lock by PostgreSQL's name where there is one. */
  readonly why: string;
  /** What to write instead, in one line that begins with a verb: the advice of a finding. */
  readonly instead: string;
  /** Each is linted by a test: every `bad` one is found, no `good` one is. The last `good` one is the first `bad` one mended. */
  readonly examples: { readonly bad: readonly Example[]; readonly good: readonly Example[] };
}
