import type { TextRange } from '../../core/text/text-range.js';
import { tokensIn } from '../lex/lexer.js';
import { keywordOf, type Token } from '../lex/word.js';

/** The first tokens of a statement, or all of them, without comments, and each as `keywordOf` returns it. */
export interface Head {
  readonly text: string;
  readonly tokens: readonly Token[];
  readonly words: readonly string[];
}

/** In tokens: enough for the longest list of options. */
const longestHead = 300;
const shortHead = 8;

/** As many tokens as are needed to know what the statement is. */
export function headOf(text: string, range: TextRange): Head {
  const tokens: Token[] = [];
  const words: string[] = [];
  let limit = shortHead;
  for (const token of tokensIn(text, range)) {
    tokens.push(token);
    words.push(keywordOf(text, token));
    if (tokens.length === shortHead && isToldLate(words)) limit = longestHead;
    if (tokens.length === limit) break;
  }
  return { text, tokens, words };
}

/** True for commands whose options or end matter, and for a DO block; for others the first words are enough. */
function isToldLate(words: readonly string[]): boolean {
  switch (words[0]) {
    case 'ALTER':
    case 'CLUSTER':
    case 'DO':
    case 'REINDEX':
    case 'SET':
      return true;
    case 'CREATE':
      return words[1] === 'SUBSCRIPTION' || words.includes('CONCURRENTLY');
    default:
      return false;
  }
}

export function wholeStatement(text: string, range: TextRange): Head {
  const tokens = [...tokensIn(text, range)];
  return { text, tokens, words: tokens.map((token) => keywordOf(text, token)) };
}
