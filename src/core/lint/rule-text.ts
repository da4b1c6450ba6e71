import type { LintFamily, LintRuleName } from '../statements/rule-names.js';
import type { Severity } from '../proof/proof.js';

/** One SQL file, or several by path in the order in which they are applied, where all but the last are deployed. */
export type Example = string | Readonly<Record<string, string>> | LargeExample;

/** Files that are too large to show: one statement, repeated. */
interface LargeExample {
  readonly paths: readonly string[];
  readonly statement: string;
  readonly times: number;
}

/** The files of an example by path. */
export function filesOf(example: Example): Readonly<Record<string, string>> {
  if (typeof example === 'string') return { 'public/001_example.sql': example };
  if (!isLarge(example)) return example;
  const { paths, statement, times } = example;
  return Object.fromEntries(paths.map((path) => [path, `${statement}\n`.repeat(times)]));
}

/** An example for people. */
export function exampleText(example: Example): string {
  if (typeof example === 'string') return example;
  const files = isLarge(example)
    ? example.paths.map((path) => [`${path}, ${example.times} times`, example.statement] as const)
    : Object.entries(example);
  return files.map(([path, sql]) => `-- ${path}\n${sql}`).join('\n');
}

function isLarge(
  example: Readonly<Record<string, string>> | LargeExample,
): example is LargeExample {
  return typeof example.times === 'number';
}

/** What people are told about a rule. */
export interface RuleText<N extends LintRuleName = LintRuleName> {
  readonly name: N;
  readonly family: LintFamily;
  readonly severity: Severity;
  /** One line: what the rule finds. */
  readonly summary: string;
  /** What happens in production, with PostgreSQL's name for the lock if there is one. */
  readonly why: string;
  /** What to write instead, in one line that begins with a verb: the advice of a finding. */
  readonly instead: string;
  /** A test lints each: every `bad` one is found, no `good` one is. The last `good` one is the first `bad` one, fixed. */
  readonly examples: {
    readonly bad: readonly Example[];
    readonly good: readonly Example[];
    /** The files before the last of an example are also still to be applied. */
    readonly areAllDue?: true;
  };
}
