import { type ForeignMark, foreignMark, undoneMark } from '../foreign/foreign-name.js';
import type { MigrationFailure } from '../failure/failure.js';
import { dissolvePairs, type Pair } from './dissolve-pairs.js';
import { type Headers, parseHeaders } from './headers.js';
import { type Offence, offenceInTransaction, offenceStandalone } from './offences.js';
import { refuseHeader, refuseMark, refuseReading, refuseStatement } from './refusals.js';
import type {
  CreatedIndex,
  Piece,
  SqlReading,
  SqlStatement,
  StatementList,
} from './sql-reading.js';
import type { TextRange } from '../text/text-range.js';

/** How to run one file, or why it is not sent at all. */
export type Judgement =
  | {
      readonly kind: 'transaction';
      /** In order; no piece contains transaction control, none is empty. Indices refer to the file. */
      readonly pieces: readonly Piece[];
      /** How many pairs of BEGIN and COMMIT around parts of the file are left out; one around all of it does not count. */
      readonly dissolved: number;
    }
  | {
      readonly kind: 'no-transaction';
      /** Sent one by one, each committed on its own. */
      readonly statements: readonly StandaloneStatement[];
    }
  | { readonly kind: 'refused'; readonly failure: MigrationFailure };

/** A statement of a file that runs without a transaction: its range in the file, and what is known about it. */
export interface StandaloneStatement extends TextRange {
  /** Its name in messages: `CREATE INDEX CONCURRENTLY`. */
  readonly command: string;
  /** See `SqlStatement`. */
  readonly createsIndex: CreatedIndex | null;
  /** The rows of a COPY … FROM STDIN, or null. */
  readonly data: TextRange | null;
}

/**
 * Decides how to run a file. A file is one transaction unless its header says otherwise or its only statement cannot run
 * in one; a BEGIN … COMMIT around the whole file is stripped, as pgm adds its own. What would end that transaction early
 * is refused. Errors in the SQL itself are left to the server.
 */
export function judgeFile(text: string, reading: SqlReading, headers: Headers): Judgement {
  const known = reading.kind === 'statements' ? reading.statements : [];
  const [problem, ...problems] = parseHeaders(text, known).problems;
  if (problem !== undefined) return refused(refuseHeader(text, [problem, ...problems]));
  if (reading.kind === 'meta-command' || reading.kind === 'unterminated') {
    return refused(refuseReading(text, reading));
  }
  const { statements, marks } = reading;
  const mark = marks.length === 0 ? null : markIn(text, reading);
  if (mark !== null) return refused(refuseMark(text, mark));
  const [only] = statements;
  const alone = statements.length === 1 && only?.kind === 'outside-transaction';
  return statements.length > 0 && (headers.noTransaction || alone)
    ? judgeStandalone(text, statements)
    : judgeTransaction(text, reading);
}

function markIn(text: string, { marks, statements }: StatementList): ForeignMark | null {
  const ranges = statements.map(({ range }) => range);
  return foreignMark(marks) ?? undoneMark(text, marks, ranges);
}

function judgeTransaction(text: string, reading: StatementList): Judgement {
  const { statements, skipped } = reading;
  const { inner, pairs, problem } = statements.some(({ kind }) => kind.startsWith('begin'))
    ? dissolvePairs(reading)
    : { inner: statements, pairs: [], problem: null };
  if (problem !== null) return refused(refuseStatement(text, problem.statement, problem.offence));
  const wrapped = pairs.length === 1 && isAround(pairs[0], statements);
  const failure = firstOffence(text, inner, (each) => offenceInTransaction(each, wrapped));
  if (failure !== null) return refused(failure);
  return {
    kind: 'transaction',
    pieces: piecesOf(inner, skipped, pairs),
    dissolved: wrapped ? 0 : pairs.length,
  };
}

function isAround(pair: Pair | undefined, statements: readonly SqlStatement[]): boolean {
  return pair?.begin === statements[0] && pair?.commit === statements.at(-1);
}

function firstOffence(
  text: string,
  statements: readonly SqlStatement[],
  offenceOf: (statement: SqlStatement) => Offence | null,
): MigrationFailure | null {
  for (const statement of statements) {
    const offence = offenceOf(statement);
    if (offence !== null) return refuseStatement(text, statement, offence);
  }
  return null;
}

/** Consecutive statements go together; rows of COPY, skipped lines and the file's own COMMIT separate them. */
function piecesOf(
  statements: readonly SqlStatement[],
  skipped: readonly TextRange[],
  pairs: readonly Pair[],
): readonly Piece[] {
  const pieces: Piece[] = [];
  const commits = pairs.map(({ commit }) => commit.range);
  let starts: number[] = [];
  let next = 0;
  for (const { range, data } of statements) {
    for (; (commits[next]?.start ?? range.start) < range.start; next += 1) {
      const statement = commits[next] as TextRange;
      if (pieces.length > 0 && pieces.at(-1)?.kind !== 'commit') {
        pieces.push({ kind: 'commit', statement });
      }
    }
    const last = pieces.at(-1);
    if (data !== null) {
      pieces.push({ kind: 'copy', statement: range, data });
    } else if (last?.kind === 'sql' && !isParted(last.range, range, skipped)) {
      starts.push(range.start);
      const grown = { start: last.range.start, end: range.end };
      pieces.splice(-1, 1, { kind: 'sql', range: grown, starts, blanks: [] });
    } else {
      starts = [range.start];
      pieces.push({ kind: 'sql', range, starts, blanks: [] });
    }
  }
  const begins = pairs.map(({ begin }) => begin.range);
  return pieces.map((piece) => withBlanks(piece, begins));
}

/** A piece ends before a COMMIT, so only a BEGIN can be within one. */
function withBlanks(piece: Piece, begins: readonly TextRange[]): Piece {
  if (piece.kind !== 'sql' || begins.length === 0) return piece;
  const { start, end } = piece.range;
  return { ...piece, blanks: begins.filter((each) => each.start > start && each.end < end) };
}

function isParted(left: TextRange, right: TextRange, skipped: readonly TextRange[]): boolean {
  return skipped.some(({ start }) => start >= left.end && start < right.start);
}

function judgeStandalone(text: string, statements: readonly SqlStatement[]): Judgement {
  const failure = firstOffence(text, statements, offenceStandalone);
  if (failure !== null) return refused(failure);
  return {
    kind: 'no-transaction',
    statements: statements.map(({ range, command, createsIndex, data }) => {
      return { ...range, command, createsIndex, data };
    }),
  };
}

function refused(failure: MigrationFailure): Judgement {
  return { kind: 'refused', failure };
}

/** The text of a piece, with spaces instead of its blanks, so that the server's positions stay those of the file. */
export function textOfPiece(
  sql: string,
  { range, blanks }: Extract<Piece, { kind: 'sql' }>,
): string {
  const parts: string[] = [];
  let from = range.start;
  for (const { start, end } of blanks) {
    parts.push(sql.slice(from, start), ' '.repeat(end - start));
    from = end;
  }
  return [...parts, sql.slice(from, range.end)].join('');
}
