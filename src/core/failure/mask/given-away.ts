import type { TextRange } from '../../text/text-range.js';
import { blanked, isComment } from '../../text/code.js';
import { literalValue } from './literal-value.js';
import { isName } from './readable.js';

interface Matches {
  /** Quoted fragments that would reveal a literal. */
  readonly quoted: ReadonlySet<string>;
  /** Values of literals that appear in the error, quoted or not; longest first. */
  readonly bare: readonly string[];
}

/**
 * The content of a file's literals, except those that may be read. That takes long to find out, so those that are not
 * `wanted` are left out first.
 */
export function hiddenValues(
  text: string,
  literals: readonly TextRange[],
  wanted: (value: string) => boolean = () => true,
): readonly string[] {
  return literals.flatMap((range, at) => {
    const value = literalValue(text, range);
    return wanted(value) && !isReadable(text, literals, at) ? [value] : [];
  });
}

/** Words of these texts that occur in the rows of a COPY, where the values have no delimiters that are known here. */
export function wordsInRows(
  text: string,
  literals: readonly TextRange[],
  fields: string,
): readonly string[] {
  const rows = literals.filter((range) => isRows(text, range));
  if (rows.length === 0) return [];
  const words = new Set(fields.split(/\s+/).flatMap((word) => [word, trimmed(word)]));
  return [...words].filter(
    (word) =>
      isTelling(word) &&
      !/^\d{1,6}$/.test(word) &&
      rows.some(({ start, end }) => text.slice(start, end).includes(word)),
  );
}

/** The lines between the COPY and `\.`. */
function isRows(text: string, { start, end }: TextRange): boolean {
  return text[start - 1] === '\n' && text.startsWith('\\.', end);
}

/** Without the punctuation around it. */
function trimmed(word: string): string {
  return word.replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}]+$/gu, '');
}

/** Which of these fragments and values an error would reveal. */
export function givenAway(
  values: readonly string[],
  fragments: ReadonlySet<string>,
  fields: string,
): Matches {
  const quoted = new Set<string>();
  const bare = new Set<string>();
  for (const value of values) {
    for (const fragment of fragments) if (givesAway(value, fragment)) quoted.add(fragment);
    if (isBareIn(value, fields)) bare.add(value);
  }
  return { quoted, bare: [...bare].sort((a, b) => b.length - a.length) };
}

/** Whether the value is shown by one of the quoted fragments, or by the fields outside of quotes. */
export function isIn(value: string, fragments: ReadonlySet<string>, fields: string): boolean {
  return isBareIn(value, fields) || [...fragments].some((fragment) => givesAway(value, fragment));
}

function isBareIn(value: string, fields: string): boolean {
  return fields.includes(value) && isTelling(value);
}

/** Shorter parts occur in any text by chance. */
export const tellingLength = 4;

function givesAway(value: string, fragment: string): boolean {
  if (value === fragment) return value !== '';
  if (fragment.length >= tellingLength && value.includes(fragment)) return true;
  return value.length >= tellingLength && fragment.includes(value);
}

/** Outside quotes, a literal that is a plain word looks like any other word of the message. */
function isTelling(value: string): boolean {
  return value.length >= tellingLength && !/^[\p{L}\s_]*$/u.test(value);
}

/** Comments, which no server repeats, names, and the texts given to RAISE. */
function isReadable(text: string, literals: readonly TextRange[], at: number): boolean {
  const range = literals[at] as TextRange;
  if (isComment(text, range) || isName(text, range)) return true;
  const before = { start: Math.max(0, range.start - 400), end: range.start };
  let first = at;
  while ((literals[first - 1]?.end ?? 0) > before.start) first -= 1;
  const code = blanked(text, literals.slice(first, at), before);
  return raiseFormat.test(code) || raiseOption.test(code);
}

const raiseFormat = /\braise\s+(?:(?:debug|log|info|notice|warning|exception)\s+)?$/i;
const raiseOption = /\braise\b[^;]*\b(?:message|detail|hint)\s*:?=\s*$/i;
