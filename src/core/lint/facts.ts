import { type LockMode, shutsOutWriters } from '../proof/database/lock-modes.js';
import type { LintFamily } from '../statements/rule-names.js';
import { isBetween, type Place } from '../text/position.js';
import { type Parsed, accepted, refused } from '../text/words.js';

/** What `pgm verify` saw of the problem that a finding reports. */
export type Evidence = 'confirmed' | 'not seen' | 'no rows to see it on';

/** The part of the `pgm verify --json` document that matters for findings. */
export interface Facts {
  readonly revision: string;
  readonly files: readonly FileFacts[];
}

interface FileFacts {
  readonly key: string;
  readonly verdict: string;
  readonly findings: readonly { readonly rule: string; readonly place: Place | null }[];
  readonly statements: readonly {
    readonly place: Place;
    readonly tables: readonly { readonly lock: LockMode }[];
  }[];
  readonly withoutRows: readonly string[];
}

/** Reads the document. pgm wrote it, so only what identifies it is checked. */
export function readFacts(text: string): Parsed<Facts> {
  try {
    const { revision, files } = JSON.parse(text) as Partial<Facts>;
    const isProof =
      typeof revision === 'string' &&
      Array.isArray(files) &&
      (files as readonly Partial<FileFacts>[]).every(
        ({ verdict, statements, withoutRows }) =>
          typeof verdict === 'string' && Array.isArray(statements) && Array.isArray(withoutRows),
      );
    if (isProof) return accepted({ revision, files: files as readonly FileFacts[] });
  } catch {
    // Answered below.
  }
  return refused('use what pgm verify --json printed');
}

/** The places of a statement's first character and just after its last. */
interface Span {
  readonly start: Place;
  readonly end: Place;
}

/** What verify saw of a finding in a statement; null if verify does not look for such problems, or did not run the file. */
export function evidenceOf(
  { files }: Facts,
  key: string,
  family: LintFamily,
  span: Span,
): Evidence | null {
  const file = files.find((each) => each.key === key);
  if (file === undefined || notRun.includes(file.verdict)) return null;
  if (family === 'second-run') {
    if (file.verdict === 'runs once') return null;
    const isSeen = file.findings.some(
      ({ rule, place }) =>
        secondRun.includes(rule) && place !== null && isBetween(place, span.start, span.end),
    );
    return isSeen ? 'confirmed' : 'not seen';
  }
  if (family !== 'locks') return null;
  const isSeen = file.statements.some(
    ({ place, tables }) =>
      isBetween(place, span.start, span.end) && tables.some(({ lock }) => shutsOutWriters(lock)),
  );
  if (isSeen) return 'confirmed';
  return file.withoutRows.length > 0 ? 'no rows to see it on' : 'not seen';
}

const notRun: readonly string[] = ['refused', 'fails the first time', 'in place', 'missing'];
const secondRun: readonly string[] = [
  'fails-second-time',
  'changes-second-time',
  'undoes-later-file',
  'depends-on-order',
];
