import { leadingComments } from '../files/text.js';
import { didYouMean } from '../text/closest.js';
import { accepted, parseDuration, refused, type Parsed } from '../text/words.js';
import { placeAt, type Place } from '../text/position.js';
import type { SqlStatement } from './sql-reading.js';
import { type IgnoreLine, isList, takeIgnore, takeLateIgnore, takeList } from './header-lists.js';

/** What a file asks for in its header: the lines `-- pgm:<word> …` in the comments before its first statement. */
export interface Headers {
  /** `no-transaction`: statement by statement, each committed on its own. */
  readonly noTransaction: boolean;
  /** `once`: never run again, even if the file is edited. */
  readonly once: boolean;
  /** `requires gcp/003, aws/001`: keys, or their beginnings up to the number, as written. */
  readonly requires: readonly string[];
  /** `lock-timeout 5s` in milliseconds; 0 waits forever, null uses the command line's value. */
  readonly lockTimeoutMs: number | null;
  /** `ignore RULE, RULE because …`: findings about the file that are suppressed. A run does not use them. */
  readonly ignore: readonly IgnoreLine[];
}

export interface HeaderProblem {
  readonly place: Place;
  /** What is wrong and what would be valid. */
  readonly message: string;
}

interface HeaderReading {
  /** What could be read, without the invalid lines. */
  readonly headers: Headers;
  readonly problems: readonly HeaderProblem[];
}

/**
 * Reads the header. What would otherwise be silently ignored is a problem: an unknown word, a line that is almost one of
 * ours, a `-- pgm:` line further down, between the `statements`.
 */
export function parseHeaders(
  text: string,
  statements: readonly Pick<SqlStatement, 'range' | 'data'>[] = [],
): HeaderReading {
  const { headers, problems, end } = readHeader(text);
  return { headers, problems: [...problems, ...lateLines(text, end, statements)] };
}

/** What the header asks for, for callers that do not need the problems: lines further down are not searched for. */
export function headersOf(text: string): Headers {
  return readHeader(text).headers;
}

/** `end`: where the first statement begins. */
function readHeader(text: string): HeaderReading & { readonly end: number } {
  const { comments, end } = leadingComments(text);
  const headers: Draft = {
    noTransaction: false,
    once: false,
    requires: [],
    lockTimeoutMs: null,
    ignore: [],
  };
  const problems: HeaderProblem[] = [];
  const seen = new Set<string>();
  for (const { start, line } of comments) {
    const found = directiveIn(line);
    const result =
      found?.kind === 'accepted' ? take({ ...found.value, start }, headers, seen) : found;
    if (result?.kind === 'refused') {
      problems.push({ place: placeAt(text, start), message: result.reason });
    }
  }
  return { headers, problems, end: end ?? text.length };
}

interface Draft extends Headers {
  noTransaction: boolean;
  once: boolean;
  readonly requires: string[];
  lockTimeoutMs: number | null;
  readonly ignore: IgnoreLine[];
}

/** The words of a header. */
export const headerWords = [
  'no-transaction',
  'once',
  'requires',
  'lock-timeout',
  'ignore',
] as const;
type Word = (typeof headerWords)[number];

interface Directive {
  readonly word: string;
  readonly rest: string;
}

/** Null for a comment that is not meant for pgm. */
function directiveIn(line: string): Parsed<Directive> | null {
  const match = /^--[ \t]*pgm\b([ \t:=]*)([^ \t]*)[ \t]*(.*?)[ \t]*$/i.exec(line);
  if (match === null) return null;
  const [, separator = '', word = '', rest = ''] = match;
  if (separator === ':') return accepted({ word, rest });
  if (!separator.includes(':') && !isHardlyProse(word.toLowerCase(), rest)) return null;
  return refused(`write "-- pgm:${word}", with a colon and no spaces around it`);
}

/** "pgm requires PostgreSQL 15" is a sentence; "pgm no-transaction" and "pgm once" are typing mistakes. */
function isHardlyProse(word: string, rest: string): boolean {
  return isWord(word) && (word.includes('-') || rest === '');
}

function take(
  { word, rest, start }: Directive & { readonly start: number },
  headers: Draft,
  seen: Set<string>,
): Parsed<null> {
  if (!isWord(word)) return refused(unknownWord(word));
  if (!isList(word) && seen.has(word)) {
    return refused(`-- pgm:${word} is given twice; keep one of the lines`);
  }
  seen.add(word);
  switch (word) {
    case 'no-transaction':
      headers.noTransaction = true;
      return takesNothing(word, rest);
    case 'once':
      headers.once = true;
      return takesNothing(word, rest);
    case 'lock-timeout':
      return takeLockTimeout(rest, headers);
    case 'requires':
      return takeList(word, rest, headers.requires);
    case 'ignore':
      return takeIgnore(rest, start, headers.ignore);
  }
}

function isWord(word: string): word is Word {
  return (headerWords as readonly string[]).includes(word);
}

function unknownWord(word: string): string {
  if (word === '')
    return `-- pgm: is followed by nothing; known headers are ${headerWords.join(', ')}`;
  const better = didYouMean(word, headerWords, `known headers are ${headerWords.join(', ')}`);
  return `-- pgm:${word} is not known; ${better}`;
}

function takesNothing(word: Word, rest: string): Parsed<null> {
  if (rest === '') return accepted(null);
  return refused(`-- pgm:${word} takes no value; put what follows it into a comment of its own`);
}

function takeLockTimeout(rest: string, headers: Draft): Parsed<null> {
  const parsed = parseDuration(rest);
  if (parsed.kind === 'refused') {
    return refused(`-- pgm:lock-timeout ${rest}`.trimEnd() + `: ${parsed.reason}; 0 waits forever`);
  }
  headers.lockTimeoutMs = parsed.value;
  return accepted(null);
}

/** Lines between statements that look like headers; inside of one they may be in a string or the rows of a COPY. */
function lateLines(
  text: string,
  from: number,
  statements: readonly Pick<SqlStatement, 'range' | 'data'>[],
): HeaderProblem[] {
  return [...text.slice(from).matchAll(lateLine)].flatMap(({ index, 0: line, 1: word = '' }) => {
    const start = from + index + line.indexOf('-');
    const isInside = statements.some(
      ({ range, data }) => range.start < start && start < (data ?? range).end,
    );
    if (isInside) return [];
    const message = word === 'ignore' ? problemOf(line) : tooLate(word);
    return message === null ? [] : [{ place: placeAt(text, start), message }];
  });
}

const lateLine = /^[ \t]*--[ \t]*pgm:(\S*).*$/gim;

function tooLate(word: string): string {
  return `-- pgm:${word} comes after the first statement, where it has no effect; move it to the top of the file`;
}

function problemOf(line: string): string | null {
  const read = takeLateIgnore(line, 0, []);
  return read.kind === 'refused' ? read.reason : null;
}

/** The lines `-- pgm:ignore` further down, anywhere. */
export function lateIgnores(text: string): readonly IgnoreLine[] {
  const from = leadingComments(text).end ?? text.length;
  return [...text.slice(from).matchAll(lateLine)].flatMap(({ index, 0: line, 1: word }) => {
    const lines: IgnoreLine[] = [];
    if (word === 'ignore') takeLateIgnore(line, from + index + line.indexOf('-'), lines);
    return lines;
  });
}
