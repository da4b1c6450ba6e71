import type { Ignore } from '../statements/ignores.js';
import { ignorableRules } from '../statements/rule-names.js';
import { takeBack } from '../statements/take-back.js';
import { ignoreFinding } from './file-findings.js';
import type { ReadFile } from './findings.js';
import type { Finding, IgnoredFinding, ProofRule } from './proof.js';

/** How thoroughly a file was checked. */
interface Looked {
  /** It ran to its end. */
  readonly isWhole: boolean;
  /** With rows in the tables that it works on. */
  readonly withRows: boolean;
  readonly secondTime: boolean;
  readonly behindAll: boolean;
  /** With a new database. */
  readonly compared: boolean;
}

/** The findings that remain, including those about lines `-- pgm:ignore`, and those that are suppressed. */
export function withoutIgnored(
  file: ReadFile & { readonly ignores: readonly Ignore[] },
  findings: readonly Finding[],
  looked: Looked,
): { readonly findings: readonly Finding[]; readonly ignored: readonly IgnoredFinding[] } {
  if (file.ignores.length === 0) return { findings, ignored: [] };
  const known = Object.values(ignorableRules).flat();
  const lookedFor = lookedForIn(looked);
  const { left, taken, problems } = takeBack(file.text, findings, file.ignores, {
    known,
    lookedFor,
  });
  const told = problems.map((problem) => ignoreFinding(file, problem));
  return { findings: [...left, ...told], ignored: taken };
}

/** A line whose rule was not checked may still be needed. */
function lookedForIn(looked: Looked): readonly ProofRule[] {
  const { isWhole, withRows, secondTime, behindAll, compared } = looked;
  if (!isWhole) return [];
  return [
    'fails-first-time',
    ...(withRows
      ? (['rewrites-table', 'scans-locked-table', 'index-shuts-out-writers'] as const)
      : []),
    ...(secondTime ? (['fails-second-time', 'changes-second-time'] as const) : []),
    ...(behindAll ? (['undoes-later-file', 'depends-on-order'] as const) : []),
    ...(compared ? (['differs-from-new'] as const) : []),
  ];
}
