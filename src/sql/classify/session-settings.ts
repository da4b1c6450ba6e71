import { literalValue } from '../../core/failure/mask/literal-value.js';
import type { StatementKind } from '../../core/statements/sql-reading.js';
import type { TextRange } from '../../core/text/text-range.js';
import { tokensIn } from '../lex/lexer.js';
import { identifierValue, keywordOf, type Token } from '../lex/word.js';
import type { Head } from './head.js';

/** What a statement is, and its name in messages. */
export interface Named {
  readonly kind: StatementKind;
  readonly command: string;
}

/** How a SET changes the way the server reads the file, or the transaction that it runs in; null for any other SET. */
export function settingChange({ text, tokens, words }: Head): Named | null {
  const at = words[1] === 'SESSION' || words[1] === 'LOCAL' ? 2 : 1;
  if (words[at] === 'TRANSACTION') {
    return isUsual(words.slice(at + 1))
      ? null
      : { kind: 'set-transaction', command: 'SET TRANSACTION' };
  }
  if (words[at] === 'CHARACTERISTICS') {
    return isUsual(words.slice(at + 3)) ? null : { kind: 'set-characteristics', command: 'SET' };
  }
  if (words[at] === 'NAMES') return misreading('client_encoding', valueOf(text, tokens[at + 1]));
  const assigned = words[at + 1] === 'TO' || words[at + 1] === '=';
  const name = valueOf(text, tokens[at]);
  return assigned && name !== null ? misreading(name, valueOf(text, tokens[at + 2])) : null;
}

/** The same for `set_config('client_encoding', 'LATIN1', …)`, wherever in a query. */
export function configuredSetting(text: string, range: TextRange): Named | null {
  if (!/set_config/i.test(text.slice(range.start, range.end))) return null;
  const last: Token[] = [];
  for (const token of tokensIn(text, range)) {
    last.push(token);
    if (last.length > 5) last.shift();
    const found = configured(text, last);
    if (found !== null) return found;
  }
  return null;
}

/** `set_config`, `(`, name, `,`, value */
function configured(text: string, [call, open, name, comma, value]: readonly Token[]) {
  if (value?.kind !== 'string' && value?.kind !== 'dollar-string') return null;
  const isCall =
    call !== undefined &&
    identifierValue(text, call) === 'set_config' &&
    symbolOf(text, open) === '(' &&
    symbolOf(text, comma) === ',';
  const setting = isCall ? valueOf(text, name) : null;
  return setting === null ? null : misreading(setting, valueOf(text, value));
}

function symbolOf(text: string, token: Token | undefined): string {
  return token === undefined ? '' : keywordOf(text, token);
}

/** What an option means: the content of a string, or the word itself. */
function valueOf(text: string, token: Token | undefined): string | null {
  if (token === undefined) return null;
  const isString = token.kind === 'string' || token.kind === 'dollar-string';
  return isString ? literalValue(text, token) : identifierValue(text, token);
}

/** A value with which the server would read the file differently from pgm. DEFAULT is what pgm connects with. */
function misreading(name: string, value: string | null): Named | null {
  if (value === null) return null;
  switch (name.toLowerCase()) {
    case 'client_encoding':
      return isUtf8(value) ? null : { kind: 'set-encoding', command: 'SET client_encoding' };
    case 'standard_conforming_strings':
      return isOff(value)
        ? { kind: 'set-strings', command: 'SET standard_conforming_strings = off' }
        : null;
    default:
      return transactionMode(name.toLowerCase(), value);
  }
}

/** `SET TRANSACTION …` is short for these settings. */
function transactionMode(name: string, value: string): Named | null {
  const usual = usualModes[name];
  return usual === undefined || usual.test(value.trim())
    ? null
    : { kind: 'set-transaction', command: `SET ${name}` };
}

const no = /^(?:0|off?|n|no|f|fa|fal|fals|false)$/i;
/** The modes of pgm's own transaction. */
const usualModes: Readonly<Record<string, RegExp>> = {
  transaction_isolation: /^(?:read committed|default)$/i,
  transaction_read_only: no,
  transaction_deferrable: no,
};

/** PostgreSQL ignores case and punctuation in the names of encodings. */
function isUtf8(value: string): boolean {
  return /^(?:utf8|unicode|default)$/.test(value.toLowerCase().replace(/[^a-z0-9]/g, ''));
}

/** PostgreSQL takes any unambiguous beginning of a boolean. */
function isOff(value: string): boolean {
  return no.test(value.trim());
}

/** Transaction modes, as words, that pgm's own transaction has anyway, so that setting them changes nothing. */
export function isUsual(words: readonly string[]): boolean {
  const modes = words.filter((word) => word !== ',').join(' ');
  return /^(?:(?:READ WRITE|ISOLATION LEVEL READ COMMITTED|NOT DEFERRABLE)(?: |$))+$/.test(modes);
}
