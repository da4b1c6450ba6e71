import { adviceFor } from './advice.js';
import type { MigrationFailure } from '../failure.js';
import { contentOf } from '../mask/literal-value.js';
import { maskedFields } from '../mask/mask.js';
import { blanked, isComment } from '../../text/code.js';
import { isName } from '../mask/readable.js';
import {
  type Excerpt,
  excerptAt,
  indexOfCodePoint,
  indexOfLine,
  lineAround,
  placeAt,
} from '../../text/position.js';
import { lackedCharacter, type ServerError } from '../server-error.js';
import type { TextRange } from '../../text/text-range.js';

interface FailedPiece {
  /** The whole file. */
  readonly text: string;
  /** UTF-16 index in it at which the sent text begins. */
  readonly pieceStart: number;
  readonly error: ServerError;
  /** The parts of the file that must not be shown, sorted by start: see `literalRanges`. */
  readonly literals: readonly TextRange[];
  /**
   * UTF-16 index at which the statement that failed begins, for an error without a position, or, for one at COMMIT, the
   * statement that is to blame; null if there is none, or it is not known.
   */
  readonly statementStart: number | null;
}

/** Turns the server's error for a piece of a file into a failure that is safe to show: with its place, without secrets. */
export function explainFailure(failed: FailedPiece): MigrationFailure {
  const { text, error, literals } = failed;
  const index = indexOf(failed);
  return {
    kind: 'sql',
    sqlstate: error.sqlstate,
    // The message is not about the place of a statement that is to blame for COMMIT.
    ...maskedFields(text, error, literals, error.atCommit ? null : index),
    place: index === null ? null : placeAt(text, index),
    excerpt: index === null ? null : maskedExcerpt(text, index, literals),
    advice: adviceFor(error, { text, literals, index, statementStart: failed.statementStart }),
  };
}

function indexOf(failed: FailedPiece): number | null {
  const { text, pieceStart, error, statementStart } = failed;
  if (error.atCommit) return statementStart;
  if (error.position !== null) {
    return pieceStart + indexOfCodePoint(text.slice(pieceStart), error.position);
  }
  return untranslatable(failed) ?? rowOfCopy(failed) ?? lineOfDoBlock(failed) ?? statementStart;
}

/** The line at `index` with the content of every literal that is not a name masked: the quotes stay, for readability. */
export function maskedExcerpt(
  text: string,
  index: number,
  literals: readonly TextRange[],
): Excerpt {
  const line = lineAround(text, index);
  const near = literals.filter(
    ({ start, end }) =>
      end >= Math.max(line.start, index - nearby) && start <= Math.min(line.end, index + nearby),
  );
  const hidden = near.filter((range) => !isName(text, range));
  const contents = hidden.map((range) => contentOf(text, range));
  return excerptAt(text, index, contents);
}

/** UTF-16 units; more than any excerpt needs. */
const nearby = 5000;

/** A character that the database's encoding lacks. */
function untranslatable({ text, pieceStart, error }: FailedPiece): number | null {
  const character = lackedCharacter(error);
  const index = character === null ? -1 : text.indexOf(character, pieceStart);
  return index === -1 ? null : index;
}

/**
 * `COPY t, line 3, column a: …`, in any language; the line counts from the first row. Only rows that were sent with the
 * statement that failed: a COPY from elsewhere, in a DO block or from a program, counts lines too.
 */
function rowOfCopy({ text, pieceStart, error, literals }: FailedPiece): number | null {
  if (error.where === null) return null;
  const rows = literals.find((range) => range.start >= pieceStart && isRows(text, range));
  if (rows === undefined) return null;
  const copy = { start: pieceStart, end: rows.start };
  const code = blanked(text, literals, copy).replace(restOfLine, '');
  if (!onlyCopy.test(code.replace(quotedName, '""'))) return null;
  const comments = literals.filter((range) => isComment(text, range));
  const statement = blanked(text, comments, copy).replace(restOfLine, '');
  const line = lineIn(error.where, statement);
  if (line === null) return null;
  const within = text.slice(rows.start, rows.end);
  const more = csv.test(statement) && line > 1 ? uncountedIn(within) : 0;
  return rows.start + indexOfLine(within, line + more);
}

/** The end of a COPY before its rows; a comment there is not among the literals. */
const restOfLine = /;[ \t\r]*(?:--[^\n]*)?\n$/;
const onlyCopy = /^copy\b[^;]*\bfrom\s+std(?:in|out)\b[^;]*$/i;
const quotedName = /"(?:[^"]|"")*"/g;

/** A name in quotes may itself contain what looks like the line. */
function lineIn(where: string, statement: string): number | null {
  const quoted = /"((?:[^"]|"")*)"\s*(?:\(|from\b)/i.exec(statement)?.[1];
  const begin = quoted === undefined ? null : `COPY ${quoted.replaceAll('""', '"')},`;
  const own = where.split('\n').find((line) => begin !== null && line.startsWith(begin));
  const rest = own?.slice(begin?.length) ?? /^COPY [^,]+,(.*)/m.exec(where)?.[1] ?? '';
  const line = /^\D*(\d+)/.exec(rest)?.[1];
  return line === undefined ? null : Number(line);
}

/** Among the options, with its usual quotes. */
const csv = /\bfrom\s+std(?:in|out)\b(?![\s\S]*\b(?:quote|escape)\b)[\s\S]*\bcsv\b/i;

/** Until it has seen the end of a row, the server counts no LF between quotes. */
function uncountedIn(rows: string): number {
  const first = /^(?:"[^"]*"|[^"\n])*/.exec(rows)?.[0] ?? '';
  return first.includes('\r') ? 0 : first.split('\n').length - 1;
}

/** Of all that must not be shown, only the rows of a COPY are followed by a line `\.`. */
function isRows(text: string, { start, end }: TextRange): boolean {
  return text[start - 1] === '\n' && text[end - 1] === '\n' && text.startsWith('\\.', end);
}

/**
 * `inline_code_block line 3`, in any language, if the statement that failed is a DO block. A block that another one runs is
 * named before it.
 */
function lineOfDoBlock({ text, error, statementStart }: FailedPiece): number | null {
  const line = [...(error.where ?? '').matchAll(/inline_code_block\D*(\d+)/g)].at(-1)?.[1];
  if (line === undefined || statementStart === null) return null;
  const opening = doBlock.exec(text.slice(statementStart, statementStart + nearby))?.[0];
  if (opening === undefined) return null;
  const body = statementStart + opening.length;
  const lineStart = body + indexOfLine(text.slice(body), Number(line));
  return lineStart + Math.max(0, text.slice(lineStart).search(/\S/));
}

/** Up to where its body begins: in dollars, or in quotes without escapes. */
const doBlock =
  /^DO(?:\s|--[^\n]*\n|\/\*(?:(?!\*\/)[\s\S])*\*\/|LANGUAGE\s+["\w]+)*(?:'|\$(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?\$)/i;
