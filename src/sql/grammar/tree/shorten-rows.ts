import { tokensIn } from '../../lex/lexer.js';
import { keywordOf } from '../../lex/word.js';

/** A statement with fewer rows, and what was left out of it. */
interface Shortened {
  readonly text: string;
  /** Where something was left out, and how much. */
  readonly cut: number;
  readonly length: number;
}

/** Shorter statements are read as they are. */
const longEnough = 64 * 1024;

const rowsToKeep = 100;

/**
 * Leaves out most rows of a long INSERT … VALUES: the grammar needs a hundred bytes for each value, and the first rows
 * are enough for every rule.
 */
export function shortenRows(statement: string): Shortened {
  const whole = { text: statement, cut: statement.length, length: 0 };
  if (statement.length < longEnough || !/^(?:INSERT|WITH)\b/i.test(statement)) return whole;
  let depth = 0;
  let rows = 0;
  let isList = false;
  let [from, to] = [0, 0];
  for (const token of tokensIn(statement, { start: 0, end: statement.length })) {
    const word = keywordOf(statement, token);
    if (isList && depth === 0 && word !== '(' && word !== ',') break;
    if (word === '(') depth += 1;
    else if (word === ')') {
      depth -= 1;
      if (isList && depth === 0) {
        rows += 1;
        if (rows === rowsToKeep) from = token.end;
        to = token.end;
      }
    } else if (depth === 0 && word === 'VALUES') isList = true;
  }
  if (rows <= rowsToKeep) return whole;
  const text = statement.slice(0, from) + statement.slice(to);
  return { text, cut: from, length: to - from };
}
