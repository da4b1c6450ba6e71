import type { UntilCommit } from '../../core/statements/sql-reading.js';
import type { TextRange } from '../../core/text/text-range.js';
import { tokensIn } from '../lex/lexer.js';
import { headOf } from './head.js';
import { identifierValue, keywordOf, type Token } from '../lex/word.js';

/**
 * Whether the effect of a statement lasts only until COMMIT, so that a COMMIT after it must not be left out: SET LOCAL,
 * SET CONSTRAINTS, ON COMMIT of a temporary table, a cursor without HOLD, `set_config(…, true)`, an advisory lock of the
 * transaction; also in the code of a DO block. LOCK TABLE does not count: held for longer, it changes no result.
 */
export function endsWithCommit(text: string, range: TextRange): UntilCommit {
  const { words } = headOf(text, range);
  if (words[0] === 'DECLARE') return 'yes';
  if (!hint.test(text.slice(range.start, range.end))) return 'no';
  const isDefinition = words[0] === 'PREPARE' || (words[0] === 'CREATE' && words.some(isRoutine));
  if (!endsIn(text, range, isDefinition || words[0] === 'DO')) return 'no';
  return isDefinition ? 'when called' : 'yes';
}

/** A statement without any of these words need not be read. */
const hint = /set_?config|U&"|\blocal\b|\bconstraints\b|advisory_xact_lock|\bcommit\b/i;

function isRoutine(word: string): boolean {
  return word === 'FUNCTION' || word === 'PROCEDURE';
}

/** True for code with such an effect. `deep`: literals are code too, the body of a DO block or the argument of EXECUTE. */
function endsIn(text: string, range: TextRange, deep: boolean): boolean {
  const calls: string[] = [];
  let before: Token | null = null;
  let last = '';
  for (const token of tokensIn(text, range)) {
    if (deep && isLiteral(token) && endsInLiteral(text, token)) return true;
    const word = keywordOf(text, token);
    if (shortLived.has(`${last} ${word}`)) return true;
    if (word === '(') calls.push(before === null ? '' : identifierValue(text, before));
    if (/advisory_xact_lock(?:_shared)?$/.test(calls.at(-1) ?? '')) return true;
    // The last argument decides; anything but a plain false may be true.
    if (word === ')' && calls.pop() === 'set_config' && !isFalse(text, before)) return true;
    last = word;
    before = token;
  }
  return false;
}

/** Two consecutive words. */
const shortLived: ReadonlySet<string> = new Set([
  'SET LOCAL',
  'SET CONSTRAINTS',
  'COMMIT DROP',
  'COMMIT DELETE',
]);

function isLiteral({ kind }: Token): boolean {
  return kind === 'string' || kind === 'dollar-string';
}

function endsInLiteral(text: string, { contentStart, contentEnd }: Token): boolean {
  return endsIn(text, { start: contentStart, end: contentEnd }, true);
}

function isFalse(text: string, token: Token | null): boolean {
  return token !== null && /^'?(?:false|f|off|no|0)'?$/i.test(text.slice(token.start, token.end));
}
