import { literalValue } from '../../core/failure/mask/literal-value.js';
import { Lexer, type Token } from '../lex/lexer.js';
import { keywordOf } from '../lex/word.js';
import { callsSomething } from './calls.js';
import type { Head } from './created-index.js';

/** True for a DO block in PL/pgSQL that does nothing but say something or fail. */
export function onlyRaises({ text, tokens, words }: Head): boolean {
  const strings = tokens.filter(({ kind }) => kind === 'string' || kind === 'dollar-string');
  const language = words.indexOf('LANGUAGE');
  const isKnown = language === -1 || words[language + 1] === 'PLPGSQL';
  const code = strings.map((token) => literalValue(text, token)).join('');
  return isKnown && raisesOnly(code);
}

function raisesOnly(code: string): boolean {
  const lexer = new Lexer(code);
  const tokens: Token[] = [];
  for (let token = lexer.next(); token !== null; token = lexer.next()) {
    if (token.kind !== 'comment' && token.kind !== 'block-comment') tokens.push(token);
  }
  const words = tokens.map((token) => keywordOf(code, token));
  const isHarmless = words.every((word, at) => {
    const before = words[at - 1] ?? ';';
    const begins = before === ';' || before === 'BEGIN';
    return !begins || /^(?:BEGIN|RAISE|NULL|END|;)$/.test(word);
  });
  return isHarmless && !words.includes('SELECT') && !callsSomething({ text: code, tokens, words });
}
