import { literalValue } from '../../core/failure/mask/literal-value.js';
import { callsSomething } from './calls.js';
import { type Head, wholeStatement } from './head.js';

/** True for a PL/pgSQL DO block that only raises messages or errors. */
export function onlyRaises({ text, tokens, words }: Head): boolean {
  const strings = tokens.filter(({ kind }) => kind === 'string' || kind === 'dollar-string');
  const language = words.indexOf('LANGUAGE');
  const isKnown = language === -1 || words[language + 1] === 'PLPGSQL';
  const code = strings.map((token) => literalValue(text, token)).join('');
  return isKnown && raisesOnly(code);
}

function raisesOnly(code: string): boolean {
  const statement = wholeStatement(code, { start: 0, end: code.length });
  const { words } = statement;
  const isHarmless = words.every((word, at) => {
    const before = words[at - 1] ?? ';';
    const begins = before === ';' || before === 'BEGIN';
    return !begins || /^(?:BEGIN|RAISE|NULL|END|;)$/.test(word);
  });
  return isHarmless && !words.includes('SELECT') && !callsSomething(statement);
}
