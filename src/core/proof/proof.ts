import type { ObjectName } from '../catalog/catalog.js';
import type { MigrationFailure } from '../failure/failure.js';
import type { MigrationKey } from '../files/migration.js';
import { ignoreRules } from '../statements/take-back.js';
import type { Excerpt, Place } from '../text/position.js';
import type { RowsChange } from './second-run/compare-contents.js';
import type { StatementTrace } from './database/locks.js';

/** What was found about one file: the first of this list that holds, the worst first. */
export type FileVerdict =
  /** pgm does not send it. */
  | 'refused'
  | 'fails the first time'
  | 'fails the second time'
  | 'changes something the second time'
  /** Run again after all files, it changes what a later one made. */
  | 'undoes a later file'
  /** Run again after all files, it fails. */
  | 'depends on the order'
  /** `-- pgm:once`: it never runs twice. */
  | 'runs once'
  /** It is already applied with this very content, so it was not run: see `Base`. */
  | 'in place'
  /** It is applied and no longer in the source. */
  | 'missing'
  | 'fit';

/** What verify can find, with the severity each has. */
export const proofRules = {
  refused: 'error',
  'fails-first-time': 'error',
  'fails-second-time': 'error',
  'changes-second-time': 'error',
  'undoes-later-file': 'warning',
  'depends-on-order': 'warning',
  'rewrites-table': 'warning',
  'scans-locked-table': 'warning',
  'index-shuts-out-writers': 'warning',
  'differs-from-new': 'warning',
  'deleted-file': 'warning',
  'renamed-file': 'warning',
  'unknown-content': 'warning',
  'fails-in-base': 'warning',
  ...ignoreRules,
} as const satisfies Readonly<Record<string, Severity>>;

export type ProofRule = keyof typeof proofRules;

export type Severity = 'error' | 'warning';

export interface Finding {
  readonly rule: ProofRule;
  readonly severity: Severity;
  /** What happened, without values from the file or from rows. */
  readonly message: string;
  readonly place: Place | null;
  readonly excerpt: Excerpt | null;
  /** What to write instead; null if that is not sure. */
  readonly advice: string | null;
  /** The server's error, masked; null if there was none. */
  readonly failure: MigrationFailure | null;
  readonly objects: readonly ObjectChange[];
  readonly rows: readonly RowsChange[];
  /** The later file whose work is undone. */
  readonly undoes: MigrationKey | null;
}

/** An object that a run changed; the values of its facts are left out, as they may be secret. */
export interface ObjectChange extends ObjectName {
  readonly change: 'added' | 'removed' | 'changed';
  /** The names of the facts that differ; empty unless it was changed. */
  readonly facts: readonly string[];
}

/** A finding that does not count, because the file says so. */
export interface IgnoredFinding {
  readonly finding: Finding;
  /** As given in the file; null if it gives none. */
  readonly reason: string | null;
}

/** How a file changed since the base. */
export type FileChange = 'new' | 'edited' | 'renamed' | 'unchanged' | 'missing';

export interface FileProof {
  readonly key: MigrationKey;
  readonly path: string;
  /** How it changed since the base; null without one. */
  readonly change: FileChange | null;
  readonly verdict: FileVerdict;
  readonly findings: readonly Finding[];
  /** What `-- pgm:ignore` suppresses. */
  readonly ignored: readonly IgnoredFinding[];
  /** Statements that affected tables from before the file. */
  readonly statements: readonly StatementTrace[];
  /** Tables of earlier files that could not be given rows, so that a scan of them would not be seen. */
  readonly withoutRows: readonly string[];
}

/** For a file that was not run. */
export const noProof = { change: null, ignored: [], statements: [], withoutRows: [] } as const;

/** What the history of a live database says. */
export interface LiveFacts {
  /** `localhost:5432/app`; without a password. */
  readonly target: string;
  readonly hasHistory: boolean;
  /** How many files are applied there. */
  readonly applied: number;
  /** The revision from which the last of them was applied; null if there are none. */
  readonly revision: string | null;
}

export interface Proof {
  readonly revision: string;
  /** What the database already had: `main (0123456789ab)`, `localhost:5432/app`; null if nothing. */
  readonly base: string | null;
  /** Null if it is not a live database. */
  readonly live: LiveFacts | null;
  /** `18.4` */
  readonly serverVersion: string;
  readonly files: readonly FileProof[];
  /** Objects of which pgm knows no facts: a change of them would not be noticed. */
  readonly notCompared: readonly ObjectName[];
}

/** How many findings there are of each severity. */
export function countFindings({
  files,
}: {
  readonly files: readonly {
    readonly findings: readonly { readonly severity: Severity }[];
  }[];
}): Readonly<Record<Severity, number>> {
  const all = files.flatMap(({ findings }) => findings);
  const count = (wanted: Severity): number =>
    all.filter(({ severity }) => severity === wanted).length;
  return { error: count('error'), warning: count('warning') };
}

const order: readonly (readonly [ProofRule, FileVerdict])[] = [
  ['refused', 'refused'],
  ['fails-first-time', 'fails the first time'],
  ['fails-second-time', 'fails the second time'],
  ['changes-second-time', 'changes something the second time'],
  ['undoes-later-file', 'undoes a later file'],
  ['depends-on-order', 'depends on the order'],
];

export function verdictOf(findings: readonly Finding[], runsOnce: boolean): FileVerdict {
  const found = order.find(([rule]) => findings.some((finding) => finding.rule === rule));
  return found?.[1] ?? (runsOnce ? 'runs once' : 'fit');
}
