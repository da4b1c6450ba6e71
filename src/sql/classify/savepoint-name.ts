import type { TextRange } from '../../core/text/text-range.js';
import { identifierValue } from '../lex/word.js';
import { wholeStatement } from './head.js';

/**
 * The name in SAVEPOINT, RELEASE or ROLLBACK TO as the server compares it. One with UESCAPE stays as written: spelled
 * in another way, it counts as another name.
 */
export function savepointName(text: string, range: TextRange): string {
  const { tokens, words } = wholeStatement(text, range);
  const last = tokens.at(words.at(-2) === 'UESCAPE' ? -3 : -1);
  if (last === undefined) return '';
  return last === tokens.at(-1) ? identifierValue(text, last) : text.slice(last.start, range.end);
}
