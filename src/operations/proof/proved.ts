import type { Migration, RefusedFile } from '../../core/files/migration.js';
import { failureOfRefusal } from '../../core/failure/failure.js';
import { changeFinding, failureFinding, refusalFinding } from '../../core/proof/findings.js';
import { withoutIgnored } from '../../core/proof/ignored.js';
import {
  type FileChange,
  type FileProof,
  type Finding,
  noProof,
  verdictOf,
} from '../../core/proof/proof.js';
import type { ReadMigration } from './read-migration.js';
import type { Rerun } from './run-again.js';
import type { FirstRun } from './run-first.js';

/** What is known of a file so far. */
export interface Proved {
  readonly migration: Migration;
  readonly change: FileChange | null;
  /** Null for a file that is refused, or was not run because it is applied already. */
  readonly read: ReadMigration | null;
  readonly first: FirstRun | null;
  readonly findings: Finding[];
  /** It ran once more after all files. */
  isBehindAll: boolean;
}

/** `hadRows`: tables of earlier files had some. */
export function proofOf(
  { migration, change, read, first, findings, isBehindAll }: Proved,
  hadRows: boolean,
): FileProof {
  const { key, path } = migration;
  const isWhole = first?.failed === null;
  const secondTime = read?.runsOnce === false;
  const withRows = read?.isTransaction === true && hadRows;
  const compared = change !== null;
  const looked = { isWhole, withRows, secondTime, behindAll: isBehindAll, compared };
  return {
    key,
    path,
    change,
    verdict:
      change === 'unchanged' && findings.length === 0
        ? 'in place'
        : verdictOf(findings, read?.runsOnce ?? false),
    ...(read === null ? { findings, ignored: [] } : withoutIgnored(read, findings, looked)),
    statements: first?.statements ?? [],
    withoutRows: first?.withoutRows ?? [],
  };
}

export function secondFindings(read: ReadMigration, again: Rerun): readonly Finding[] {
  if (again.kind === 'failed') return [failureFinding('fails-second-time', read, again.part)];
  return again.blamed.map((each) => changeFinding('changes-second-time', read, each, null));
}

export function refusedProof(file: RefusedFile): FileProof {
  const findings = [refusalFinding(failureOfRefusal(file))];
  const { path, key } = file;
  return { ...noProof, key: key ?? path, path, verdict: 'refused', findings };
}
