import type { TextRange } from '../../core/text/text-range.js';
import { Lexer } from './lexer.js';
import type { Token } from './word.js';

/** The tokens of a part of a text, without comments. */
export function* tokensIn(
  text: string,
  { start, end }: TextRange,
): Generator<Token, void, undefined> {
  const lexer = new Lexer(text, start, end);
  for (let token = lexer.next(); token !== null; token = lexer.next()) {
    if (token.kind !== 'comment' && token.kind !== 'block-comment') yield token;
  }
}
