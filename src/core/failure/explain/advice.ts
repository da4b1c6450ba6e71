import { adviceRows, type AdviceRow } from './advice-rows.js';
import { adviceRowsOfNames } from './advice-rows-names.js';
import { oddCharacterNear } from './odd-character.js';
import { leadingComments } from '../../files/text.js';
import { blanked } from '../../text/code.js';
import type { TextRange } from '../../text/text-range.js';
import { isSecondHand, type ServerError } from '../server-error.js';
import { sqlstates } from '../sqlstates.js';

/** Where in the file the error is, as far as known; '' for what is not known. */
export interface FailedCode {
  readonly text: string;
  /** Its strings and comments, sorted by start. */
  readonly literals: readonly TextRange[];
  /** UTF-16 index of the error. */
  readonly index: number | null;
  /** UTF-16 index at which the statement that failed begins. */
  readonly statementStart: number | null;
}

/** What to do about a server error, if its cause is sure; else null. */
export function adviceFor(error: ServerError, code: FailedCode): string | null {
  const { text, index } = code;
  if (error.atCommit) return deferredBy(error, code);
  if (isSecondHand(error)) return null;
  const odd = isNameError(error) && index !== null ? oddCharacterNear(text, index) : null;
  if (odd !== null) return odd;
  const facts: Facts = {
    routine: error.routine ?? '',
    statement: beginningOf(code),
    code: index === null ? '' : text.slice(index, index + 100),
    where: error.where ?? '',
    message: error.message,
    header: leadingComments(text).comments.some(isOutside) ? 'no-transaction' : 'none',
  };
  return (
    [...adviceRows, ...adviceRowsOfNames].find((row) => fits(row, error.sqlstate, facts))?.words ??
    null
  );
}

/** The words that a statement begins with: nothing in its strings and comments is one. */
function beginningOf({ text, literals, statementStart: start }: FailedCode): string {
  if (start === null) return '';
  return blanked(text, literals, { start, end: Math.min(text.length, start + 400) });
}

/** What fails at COMMIT is a deferred constraint, or what a deferred trigger raises. */
function deferredBy(error: ServerError, code: FailedCode): string {
  if (error.sqlstate === sqlstates.queryCanceled && !isSecondHand(error)) return deferredCanceled;
  if (!error.sqlstate.startsWith('23') || isSecondHand(error)) return deferredTrigger;
  const isCommit = /^(?:commit|end)\b/i.test(beginningOf(code));
  return code.statementStart === null || isCommit ? deferred : deferredFrom;
}

const deferred =
  'the constraint is deferred, so it was checked at COMMIT: look for the rows that violate it, not for a statement';
const deferredFrom =
  'the constraint is deferred, so it was checked at COMMIT: this statement left rows that violate it, and no later statement fixed that';
const deferredCanceled =
  'it was in a deferred trigger, which ran at COMMIT: its function is in the context';
const deferredTrigger =
  'a deferred trigger raised it at COMMIT: its function is in the context; look for the rows it is about, not for a statement';

function isOutside({ line }: { readonly line: string }): boolean {
  return /^--\s*pgm:no-transaction\b/i.test(line);
}

const conditions = ['routine', 'statement', 'code', 'where', 'message', 'header'] as const;

/** The texts that the conditions of a row are matched against. */
type Facts = Readonly<Record<(typeof conditions)[number], string>>;

function fits(row: AdviceRow, sqlstate: string, facts: Facts): boolean {
  const holds = (fact: keyof Facts): boolean => row[fact]?.test(facts[fact]) ?? true;
  return row.sqlstate === sqlstate && conditions.every(holds);
}

/** Class 42, syntax errors and unknown names: what a word with a strange character in it leads to. */
function isNameError({ sqlstate }: ServerError): boolean {
  return /^42(?:601|703|704|883|P01)$/.test(sqlstate);
}
