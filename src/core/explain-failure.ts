import { adviceFor } from './advice.js';
import type { MigrationFailure } from './failure.js';
import { contentOf } from './literal-value.js';
import { maskedFields } from './mask.js';
import { type Excerpt, excerptAt, indexOfCodePoint, indexOfLine, placeAt } from './position.js';
import type { TextRange } from './sql-reading.js';

/** An error as the server reports it (the fields of ErrorResponse). Null is what it left out. */
export interface ServerError {
  readonly sqlstate: string;
  readonly message: string;
  readonly detail: string | null;
  readonly hint: string | null;
  /** Its context: what ran inside what, innermost first, one line each. */
  readonly where: string | null;
  /** In the text that was sent: 1-based, in code points. */
  readonly position: number | null;
  /** The statement inside a function that failed, when `position` cannot point at it. */
  readonly internalQuery: string | null;
  readonly schema: string | null;
  readonly table: string | null;
  readonly column: string | null;
  readonly constraint: string | null;
  /** True when the file itself went through and its COMMIT failed. */
  readonly atCommit: boolean;
}

export interface FailedPiece {
  /** The whole file. */
  readonly text: string;
  /** UTF-16 index in it at which the text begins that was sent. */
  readonly pieceStart: number;
  readonly error: ServerError;
  /** What of the file may not be shown, sorted by start: see `literalRanges`. */
  readonly literals: readonly TextRange[];
  /** True when the piece was a single statement, so that an error without a position lies in it all the same. */
  readonly singleStatement?: boolean;
}

/** Turns what the server says of a piece of a file into a failure that can be shown: placed in the file, nothing secret in it. */
export function explainFailure(failed: FailedPiece): MigrationFailure {
  const { text, error, literals } = failed;
  const index = indexOf(failed);
  return {
    kind: 'sql',
    sqlstate: error.sqlstate,
    ...maskedFields(text, error, literals, index),
    place: index === null ? null : placeAt(text, index),
    excerpt: index === null ? null : maskedExcerpt(text, index, literals),
    advice: adviceFor(error),
  };
}

function indexOf(failed: FailedPiece): number | null {
  const { text, pieceStart, error, singleStatement = false } = failed;
  if (error.atCommit) return null;
  if (error.position !== null) {
    return pieceStart + indexOfCodePoint(text.slice(pieceStart), error.position);
  }
  return rowOfCopy(failed) ?? lineOfDoBlock(failed) ?? (singleStatement ? pieceStart : null);
}

/** The line at `index` with a mask for the content of every literal: the quotes stay, so that it can still be read. */
export function maskedExcerpt(
  text: string,
  index: number,
  literals: readonly TextRange[],
): Excerpt {
  const near = literals.filter(({ start, end }) => end > index - nearby && start < index + nearby);
  const contents = near.map((range) => contentOf(text, range));
  return excerptAt(text, index, contents);
}

/** UTF-16 units; more than an excerpt ever looks at. */
const nearby = 5000;

/** `COPY t, line 3, column a: …`, in whatever language; the line counts from the first row. */
function rowOfCopy({ text, pieceStart, error, literals }: FailedPiece): number | null {
  const line = /^COPY [^,]+,\D*(\d+)/m.exec(error.where ?? '')?.[1];
  if (line === undefined) return null;
  const rows = literals.find((range) => range.start >= pieceStart && isRows(text, range));
  if (rows === undefined) return null;
  return rows.start + indexOfLine(text.slice(rows.start, rows.end), Number(line));
}

/** Of all that may not be shown, only rows of COPY are followed by a line `\.`. */
function isRows(text: string, { start, end }: TextRange): boolean {
  return text[start - 1] === '\n' && text[end - 1] === '\n' && text.startsWith('\\.', end);
}

/** `inline_code_block line 3`, in whatever language, when there is but one DO block it can be in. */
function lineOfDoBlock({ text, pieceStart, error, literals }: FailedPiece): number | null {
  const line = /inline_code_block\D*(\d+)/.exec(error.where ?? '')?.[1];
  if (line === undefined) return null;
  const bodies = [...text.slice(pieceStart).matchAll(doBlock)]
    .map(({ index, 0: opening }) => ({
      start: pieceStart + index,
      body: pieceStart + index + opening.length,
    }))
    .filter(({ start }) => !literals.some((range) => range.start <= start && start < range.end));
  const [only, ...others] = bodies;
  if (only === undefined || others.length > 0) return null;
  const lineStart = only.body + indexOfLine(text.slice(only.body), Number(line));
  return lineStart + Math.max(0, text.slice(lineStart).search(/\S/));
}

const doBlock =
  /(?<![\w$])DO\s*(?:LANGUAGE\s+\w+\s*)?\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$/gi;
