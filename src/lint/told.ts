import { maskedExcerpt } from '../core/failure/explain/explain-failure.js';
import { type Evidence, evidenceOf, type Facts } from '../core/lint/facts.js';
import type { LintedFile } from '../core/lint/linted-file.js';
import { type FileLint, findingOf, type LintFinding } from '../core/lint/lint-report.js';
import type { Severity } from '../core/proof/proof.js';
import {
  ignorableRules,
  type LintFamily,
  type LintRuleName,
} from '../core/statements/rule-names.js';
import { ignoreRules, takeBack } from '../core/statements/take-back.js';
import type { TextRange } from '../core/text/text-range.js';
import { count } from '../core/text/words.js';
import type { Found, Rule } from './known/rule.js';

/** What a rule found, and how severe it is here. */
export interface Hit extends Found {
  readonly rule: Rule;
  readonly severity: Severity;
}

/** A finding before its line is read. */
interface Draft extends LintFinding {
  readonly at: number | null;
}

interface Circumstances {
  /** See `takeBack`. */
  readonly lookedFor: readonly LintRuleName[];
  readonly facts: Facts | null;
}

/** Further findings of a rule in a file are counted, not shown. */
const mostOfOneRule = 50;

/** The findings of a file that it does not suppress, in the order of the text. */
export function tell(
  file: LintedFile,
  hits: readonly Hit[],
  { lookedFor, facts }: Circumstances,
): FileLint {
  const { key, path, isDue, text, placeAt, ignores } = file;
  let literals: readonly TextRange[] | null = null;
  const draft = (finding: LintFinding, at: number | null): Draft => {
    return { ...finding, place: at === null ? null : placeAt(at), at };
  };
  const drafts = hits.map(({ rule, severity, message, at, advice }) => {
    const { name, family, instead } = rule;
    return draft({ ...findingOf(name, severity, message, advice ?? instead), family }, at);
  });
  const known = Object.values(ignorableRules).flat();
  const { left, taken, problems } = takeBack(text, inOrder(drafts), ignores, { known, lookedFor });
  const wrongIgnores = problems.map(({ rule, message, advice, start }) =>
    draft(findingOf(rule, ignoreRules[rule], message, advice), start),
  );
  const finished = ({ at, ...finding }: Draft): LintFinding => {
    if (at === null) return finding;
    const evidence = facts && witness(file, finding.family, at, facts);
    literals ??= file.literals();
    return { ...finding, evidence, excerpt: maskedExcerpt(text, at, literals) };
  };
  return {
    key,
    path,
    isDue,
    findings: [
      ...refused(file),
      ...inOrder([...unread(file, draft), ...capped(left), ...wrongIgnores]).map(finished),
    ],
    ignored: taken.map(({ finding, reason }) => ({ finding: finished(finding), reason })),
  };
}

/** What `pgm verify` saw of the statement at an index. */
function witness(
  { key, placeAt, statements }: LintedFile,
  family: LintFamily | null,
  at: number,
  facts: Facts,
): Evidence | null {
  const within = statements.find(({ range }) => at < range.end)?.range;
  if (family === null || within === undefined) return null;
  const span = { start: placeAt(within.start), end: placeAt(within.end) };
  return evidenceOf(facts, key, family, span);
}

function inOrder(drafts: readonly Draft[]): readonly Draft[] {
  return [...drafts].sort((a, b) => (a.at ?? -1) - (b.at ?? -1));
}

function refused({ refusal }: LintedFile): readonly LintFinding[] {
  if (refusal === null) return [];
  const { message, place, excerpt, advice } = refusal;
  return [{ ...findingOf('refused', 'error', message, advice), place, excerpt }];
}

function unread(
  { statements }: LintedFile,
  draft: (finding: LintFinding, at: number) => Draft,
): readonly Draft[] {
  return statements.flatMap(({ command, unread: found, parsed }) => {
    if (found === null) return [];
    const what = parsed === null ? command : `what is in ${command}`;
    const message = `PostgreSQL's grammar cannot read ${what}, so no rule has checked it: ${found.reason}`;
    return [draft(findingOf('unreadable-statement', 'warning', message, null), found.at)];
  });
}

/** A generated file may have the same finding thousands of times. */
function capped(drafts: readonly Draft[]): readonly Draft[] {
  const seen = new Map<string, number>();
  const shown = drafts.filter(({ rule }) => {
    const number = (seen.get(rule) ?? 0) + 1;
    seen.set(rule, number);
    return number <= mostOfOneRule;
  });
  return shown.map((each, at) => {
    const more = (seen.get(each.rule) ?? 0) - mostOfOneRule;
    const isLast = more > 0 && !shown.slice(at + 1).some(({ rule }) => rule === each.rule);
    return isLast
      ? { ...each, message: `${each.message} (and ${count(more, 'more statement')} like it)` }
      : each;
  });
}
