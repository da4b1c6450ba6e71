import { type Difference, objectOf } from '../catalog/compare-catalogs.js';
import { explainFailure, maskedExcerpt } from '../failure/explain/explain-failure.js';
import type { MigrationFailure } from '../failure/failure.js';
import type { MigrationKey } from '../files/migration.js';
import { blanked, isComment } from '../text/code.js';
import { count as countOf } from '../text/words.js';
import { indexOfLine, type Place, placeAt } from '../text/position.js';
import type { TextRange } from '../text/text-range.js';
import type { Blamed } from './second-run/changes.js';
import type { RowsChange } from './second-run/compare-contents.js';
import { waitWords } from './database/lock-wait.js';
import type { RewriteReason, StatementTrace } from './database/locks.js';
import { type Finding, type ObjectChange, type ProofRule, proofRules } from './proof.js';
import type { FailedPart } from './database/proof-database.js';
import { changeAdvice, secondRunAdvice } from './second-run/second-run-advice.js';

/** A file, and the parts of it that must not be shown. */
export interface ReadFile {
  readonly text: string;
  readonly literals: readonly TextRange[];
}

/** A finding about a statement that failed. */
export function failureFinding(
  rule: 'fails-first-time' | 'fails-second-time' | 'depends-on-order',
  file: ReadFile,
  part: FailedPart,
): Finding {
  const failure = explainFailure({ ...part, text: file.text, literals: file.literals });
  const own = adviceFor(file, part, failure.place);
  return {
    ...findingOf(rule, whenWords[rule] + failure.message + constraintOf(part)),
    place: failure.place,
    excerpt: failure.excerpt,
    advice: rule === 'fails-first-time' ? failure.advice : (own ?? failure.advice),
    failure,
  };
}

/** What COMMIT checks has no statement that names the table. */
function constraintOf({ error: { atCommit, schema, table, constraint } }: FailedPart): string {
  if (!atCommit || table === null) return '';
  const name = schema === null ? table : `${schema}.${table}`;
  return ` (at COMMIT, ${constraint === null ? '' : `constraint ${constraint} `}of ${name})`;
}

/** A DO block gets no advice itself, only the statement in it that failed. */
function adviceFor(
  file: ReadFile,
  { statementStart, error }: FailedPart,
  place: Place | null,
): string | null {
  // ON CONFLICT does not work with deferred constraints.
  if (statementStart === null || error.atCommit) return null;
  const statement = statementAt(file, statementStart);
  if (place === null || !/^DO\b/i.test(statement))
    return secondRunAdvice(error.sqlstate, statement);
  const line = indexOfLine(file.text, place.line);
  return secondRunAdvice(error.sqlstate, statementAt(file, line + place.column - 1));
}

/** From its first word to its semicolon, without comments; what follows says nothing about it. */
function statementAt({ text, literals }: ReadFile, start: number): string {
  // The body of a function or of DO is a literal itself.
  const isHidden = (at: number): boolean =>
    literals.some((range) => start < range.start && range.start <= at && at < range.end);
  let end = text.indexOf(';', start);
  while (end !== -1 && isHidden(end)) end = text.indexOf(';', end + 1);
  const comments = literals.filter((range) => isComment(text, range));
  return blanked(text, comments, { start, end: end === -1 ? text.length : end });
}

const whenWords = {
  'fails-first-time': '',
  'fails-second-time': 'run a second time, it fails: ',
  'depends-on-order': 'run again after all files, it fails: ',
} as const;

/** A finding about a file that pgm would not send. */
export function refusalFinding(failure: MigrationFailure): Finding {
  const { place, excerpt, advice, message } = failure;
  return { ...findingOf('refused', message), place, excerpt, advice, failure };
}

/** What a statement changed when its file ran again. */
export function changeFinding(
  rule: 'changes-second-time' | 'undoes-later-file',
  file: ReadFile,
  { objects, rows, start }: Blamed,
  undoes: MigrationKey | null,
): Finding {
  const when =
    rule === 'changes-second-time'
      ? 'run a second time, it changes '
      : `run again after all files, it undoes what ${undoes ?? 'a later file'} did: `;
  const what = [...objects.map(describeObject), ...rows.map(describeRows)];
  return {
    ...findingOf(rule, when + listed(what)),
    place: start === null ? null : placeAt(file.text, start),
    excerpt: start === null ? null : maskedExcerpt(file.text, start, file.literals),
    advice:
      start === null || rule !== 'changes-second-time'
        ? null
        : changeAdvice(statementAt(file, start), { objects, rows }),
    objects: objects.map(changeOf),
    rows,
    undoes,
  };
}

/** What a statement does to others who use the table at the same time. */
export function traceFindings(
  file: ReadFile,
  { place, command, tables }: StatementTrace,
  start: number,
): readonly Finding[] {
  const at = { place, excerpt: maskedExcerpt(file.text, start, file.literals) };
  return tables.flatMap((trace): readonly Finding[] => {
    const { table, lock, wait, isRewritten, rewriteReasons, isScanned } = trace;
    const { shutOut } = wait;
    if (shutOut !== 'writers' && shutOut !== 'readers and writers') return [];
    const found = (rule: ProofRule, what: string): Finding => {
      const message = `${command} ${what} while ${shutOut} wait (${lock}) ${waitWords(wait)}`;
      return { ...findingOf(rule, message), ...at };
    };
    if (isRewritten) {
      const why = rewriteReasons.map((reason) => reasonWords[reason]).join(', ');
      const because = why === '' ? '' : ` (${why})`;
      return [found('rewrites-table', `rewrites all of ${table}${because}`)];
    }
    if (!isScanned) return [];
    if (!/^CREATE (UNIQUE )?INDEX/.test(command)) {
      return [found('scans-locked-table', `reads all of ${table}`)];
    }
    const index = found('index-shuts-out-writers', `builds an index on ${table}`);
    return [{ ...index, advice: 'write CREATE INDEX CONCURRENTLY, alone in a file' }];
  });
}

const reasonWords: Readonly<Record<RewriteReason, string>> = {
  persistence: 'it becomes LOGGED or UNLOGGED',
  default: 'a column gets a value that is computed row by row',
  type: 'a column gets another type',
  'access method': 'it gets another access method',
};

export function findingOf(rule: ProofRule, message: string): Finding {
  return {
    rule,
    severity: proofRules[rule],
    message,
    place: null,
    excerpt: null,
    advice: null,
    failure: null,
    objects: [],
    rows: [],
    undoes: null,
  };
}

export function changeOf(difference: Difference): ObjectChange {
  const { kind, identity } = objectOf(difference);
  const facts = difference.kind === 'changed' ? difference.facts.map(({ name }) => name) : [];
  return { kind, identity, change: difference.kind, facts };
}

function describeObject(difference: Difference): string {
  const { kind, identity, change, facts } = changeOf(difference);
  const name = `${kind} ${identity}`;
  return change === 'changed' ? `${name} (${facts.join(', ')})` : `${name} (${change})`;
}

function describeRows({ table, added, removed, changed }: RowsChange): string {
  const columns = Object.entries(changed).map(
    ([column, count]) => `${column} in ${countOf(count, 'row')}`,
  );
  const parts = [
    ...(added > 0 ? [`${countOf(added, 'row')} added`] : []),
    ...(removed > 0 ? [`${countOf(removed, 'row')} removed`] : []),
    ...columns,
  ];
  return `${table} (${parts.join(', ')})`;
}

/** The first few; the finding contains all of them. */
export function listed(things: readonly string[]): string {
  const shown = things.slice(0, 5).join('; ');
  return things.length > 5 ? `${shown}; and ${things.length - 5} more` : shown;
}
