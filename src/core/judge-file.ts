import type { MigrationFailure } from './failure.js';
import { type Headers, parseHeaders } from './headers.js';
import { beginOptions, type Offence, offenceInTransaction, offenceStandalone } from './offences.js';
import { refuseHeader, refuseReading, refuseStatement } from './refusals.js';
import type {
  CreatedIndex,
  Piece,
  SqlReading,
  SqlStatement,
  StatementList,
  TextRange,
} from './sql-reading.js';
import type { SqlText } from './sql-text.js';

/** How one file is run, or why it is not sent at all. */
export type Judgement =
  | {
      readonly kind: 'transaction';
      /** In order; no piece holds transaction control, none is without a statement. Indices are those of the file. */
      readonly pieces: readonly Piece[];
      readonly statements: number;
      /** What stored data the file destroys (`DROP TABLE, DELETE`), or null. */
      readonly destroys: string | null;
    }
  | {
      readonly kind: 'no-transaction';
      /** Sent one by one, each committed on its own. */
      readonly statements: readonly StandaloneStatement[];
      readonly destroys: string | null;
    }
  | { readonly kind: 'refused'; readonly failure: MigrationFailure };

/** A statement of a file that runs without a transaction: its range in the file, and what to know about it. */
export interface StandaloneStatement extends TextRange {
  /** Its name in messages: `CREATE INDEX CONCURRENTLY`. */
  readonly command: string;
  /** See `SqlStatement`. */
  readonly createsIndex: CreatedIndex | null;
  /** The rows of a COPY … FROM STDIN, or null. */
  readonly data: TextRange | null;
}

/**
 * Decides how a file is run. A file is one transaction unless its header says otherwise or its only statement cannot be
 * in one; a BEGIN … COMMIT round the whole file is left off, as pgm brings its own. What would end that transaction early
 * is refused. A mistake of the SQL itself is the server's to find.
 */
export function judgeFile(text: SqlText, reading: SqlReading, headers: Headers): Judgement {
  const [problem, ...problems] = parseHeaders(text).problems;
  if (problem !== undefined) return refused(refuseHeader(String(text), [problem, ...problems]));
  if (reading.kind === 'meta-command' || reading.kind === 'unterminated') {
    return refused(refuseReading(String(text), reading));
  }
  const { statements } = reading;
  const [only] = statements;
  const alone = statements.length === 1 && only?.kind === 'outside-transaction';
  return statements.length > 0 && (headers.noTransaction || alone)
    ? judgeStandalone(text, statements)
    : judgeTransaction(text, reading);
}

function judgeTransaction(text: SqlText, { statements, skipped }: StatementList): Judgement {
  const first = statements[0];
  const wrapped = isOpening(first) && statements.at(-1)?.kind === 'commit';
  if (wrapped && first.kind === 'begin-with-options') {
    return refused(refuseStatement(String(text), first, beginOptions(first.command)));
  }
  const inner = wrapped ? statements.slice(1, -1) : statements;
  const failure = firstOffence(text, inner, (each) => offenceInTransaction(each, wrapped));
  if (failure !== null) return refused(failure);
  return {
    kind: 'transaction',
    pieces: piecesOf(inner, skipped),
    statements: inner.length,
    destroys: destructionOf(inner),
  };
}

function isOpening(statement: SqlStatement | undefined): statement is SqlStatement {
  return statement?.kind === 'begin' || statement?.kind === 'begin-with-options';
}

function firstOffence(
  text: SqlText,
  statements: readonly SqlStatement[],
  offenceOf: (statement: SqlStatement) => Offence | null,
): MigrationFailure | null {
  for (const statement of statements) {
    const offence = offenceOf(statement);
    if (offence !== null) return refuseStatement(String(text), statement, offence);
  }
  return null;
}

/** Statements that follow each other go together; rows of COPY and skipped lines come between. */
function piecesOf(
  statements: readonly SqlStatement[],
  skipped: readonly TextRange[],
): readonly Piece[] {
  const pieces: Piece[] = [];
  for (const { range, data } of statements) {
    const last = pieces.at(-1);
    if (data !== null) {
      pieces.push({ kind: 'copy', statement: range, data });
    } else if (last?.kind === 'sql' && !isParted(last.range, range, skipped)) {
      pieces.splice(-1, 1, { kind: 'sql', range: { start: last.range.start, end: range.end } });
    } else {
      pieces.push({ kind: 'sql', range });
    }
  }
  return pieces;
}

function isParted(left: TextRange, right: TextRange, skipped: readonly TextRange[]): boolean {
  return skipped.some(({ start }) => start >= left.end && start < right.start);
}

function judgeStandalone(text: SqlText, statements: readonly SqlStatement[]): Judgement {
  const failure = firstOffence(text, statements, offenceStandalone);
  if (failure !== null) return refused(failure);
  return {
    kind: 'no-transaction',
    statements: statements.map(({ range, command, createsIndex, data }) => {
      return { ...range, command, createsIndex, data };
    }),
    destroys: destructionOf(statements),
  };
}

function destructionOf(statements: readonly SqlStatement[]): string | null {
  const ways = new Set(statements.map(({ destroys }) => destroys).filter((way) => way !== null));
  return ways.size === 0 ? null : [...ways].join(', ');
}

function refused(failure: MigrationFailure): Judgement {
  return { kind: 'refused', failure };
}
