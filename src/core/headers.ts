import { closest } from './closest.js';
import { parseDuration } from './duration.js';
import { accepted, refused, type Parsed } from './parsed.js';
import { placeAt, type Place } from './position.js';
import { isFoundIn, type SqlText } from './sql-text.js';
import { endOfBlockComment, headLength } from './text.js';

/** What a file asks for in its header: the lines `-- pgm:<word> …` among the comments before its first statement. */
export interface Headers {
  /** `no-transaction`: statement by statement, each committed on its own. */
  readonly noTransaction: boolean;
  /** `once`: never again, even when the file was edited. */
  readonly once: boolean;
  /** `requires gcp/003, aws/001`: keys, or their beginnings up to the number, as written. */
  readonly requires: readonly string[];
  /** `lock-timeout 5s` in milliseconds; 0 waits for ever, null is what the command line says. */
  readonly lockTimeoutMs: number | null;
  /** `ignore RULE, RULE`: rules that lint leaves out for this file. */
  readonly ignore: readonly string[];
}

export interface HeaderProblem {
  readonly place: Place;
  /** What is wrong and what would be right. */
  readonly message: string;
}

export interface HeaderReading {
  /** What could be read; the wrong lines left out. */
  readonly headers: Headers;
  readonly problems: readonly HeaderProblem[];
}

/**
 * Reads the header. What would be passed over in silence is a problem: an unknown word, a line that is almost one of
 * ours, a `-- pgm:` line further down.
 */
export function parseHeaders(text: SqlText): HeaderReading {
  const { headers, problems, end } = readHeader(text);
  return { headers, problems: [...problems, ...lateLines(text, end)] };
}

/** What the header asks for, for who needs no problems: it is not looked for lines further down. */
export function headersOf(text: SqlText): Headers {
  return readHeader(text).headers;
}

/** `end`: where the first statement begins. */
function readHeader(text: SqlText): HeaderReading & { readonly end: number } {
  const { head, comments, end } = leadingComments(text);
  if (comments.length === 0) return { headers: noHeaders, problems: [], end };
  const read: Draft = { ...nothing, requires: [], ignore: [], problems: [] };
  const seen = new Set<string>();
  for (const { start, line } of comments) {
    const found = directiveIn(line);
    if (found === null) continue;
    const result = found.kind === 'accepted' ? take(found.value, read, seen) : found;
    if (result.kind === 'refused') {
      read.problems.push({ place: placeAt(head, start), message: result.reason });
    }
  }
  const { problems, ...headers } = read;
  return { headers, problems, end };
}

interface Draft {
  noTransaction: boolean;
  once: boolean;
  requires: string[];
  lockTimeoutMs: number | null;
  ignore: string[];
  problems: HeaderProblem[];
}

const nothing = { noTransaction: false, once: false, lockTimeoutMs: null };
/** One for all files without a comment at their top. */
const noHeaders: Headers = { ...nothing, requires: [], ignore: [] };

const words = ['no-transaction', 'once', 'requires', 'lock-timeout', 'ignore'] as const;
type Word = (typeof words)[number];

interface Directive {
  readonly word: string;
  readonly rest: string;
}

/** Null for a comment that is not addressed to pgm. */
function directiveIn(line: string): Parsed<Directive> | null {
  const match = /^--[ \t]*pgm\b([ \t:=]*)([^ \t]*)[ \t]*(.*?)[ \t]*$/i.exec(line);
  if (match === null) return null;
  const [, separator = '', word = '', rest = ''] = match;
  if (separator === ':') return accepted({ word, rest });
  if (!separator.includes(':') && !isHardlyProse(word.toLowerCase(), rest)) return null;
  return refused(`write "-- pgm:${word}", with a colon and no blank round it`);
}

/** "pgm requires PostgreSQL 15" is a sentence; "pgm no-transaction" and "pgm once" are slips. */
function isHardlyProse(word: string, rest: string): boolean {
  return isWord(word) && (word.includes('-') || rest === '');
}

function take({ word, rest }: Directive, read: Draft, seen: Set<string>): Parsed<null> {
  if (!isWord(word)) return refused(unknownWord(word));
  if (isSingle(word) && seen.has(word)) {
    return refused(`-- pgm:${word} is given twice; keep one of the lines`);
  }
  seen.add(word);
  switch (word) {
    case 'no-transaction':
      read.noTransaction = true;
      return takesNothing(word, rest);
    case 'once':
      read.once = true;
      return takesNothing(word, rest);
    case 'lock-timeout':
      return takeLockTimeout(rest, read);
    case 'requires':
      return takeList(word, rest, read.requires, migrationKey, 'gcp/003, aws/001');
    case 'ignore':
      return takeList(word, rest, read.ignore, ruleName, 'the names of rules, as lint prints them');
  }
}

const migrationKey = /^[^\s/]+\/\d[^\s/]*$/;
const ruleName = /^[a-z][a-z0-9-]*$/;

function isWord(word: string): word is Word {
  return (words as readonly string[]).includes(word);
}

function isSingle(word: Word): boolean {
  return word !== 'requires' && word !== 'ignore';
}

function unknownWord(word: string): string {
  if (word === '') return `-- pgm: lacks a word; known are ${words.join(', ')}`;
  const meant = closest(word, words);
  const better = meant === null ? `known are ${words.join(', ')}` : `did you mean ${meant}?`;
  return `-- pgm:${word} is not known; ${better}`;
}

function takesNothing(word: Word, rest: string): Parsed<null> {
  if (rest === '') return accepted(null);
  return refused(`-- pgm:${word} stands alone; put what follows it into a comment of its own`);
}

function takeLockTimeout(rest: string, read: Draft): Parsed<null> {
  const parsed = parseDuration(rest);
  if (parsed.kind === 'refused') {
    return refused(
      `-- pgm:lock-timeout ${rest}`.trimEnd() + `: ${parsed.reason}; 0 waits for ever`,
    );
  }
  read.lockTimeoutMs = parsed.value;
  return accepted(null);
}

function takeList(
  word: Word,
  rest: string,
  into: string[],
  shape: RegExp,
  example: string,
): Parsed<null> {
  const items = rest.split(',').map((item) => item.trim());
  const wrong = items.find((item) => !shape.test(item));
  if (wrong !== undefined) {
    return refused(`-- pgm:${word}: "${wrong}" is none; use commas between, like this: ${example}`);
  }
  const twice = items.find((item, at) => into.includes(item) || items.indexOf(item) !== at);
  if (twice !== undefined) return refused(`-- pgm:${word} names ${twice} twice; take one away`);
  into.push(...items);
  return accepted(null);
}

/** Lines further down that look like ours. A line inside a string is taken for one too: nothing is lost but a moment. */
function lateLines(text: SqlText, from: number): HeaderProblem[] {
  if (!isFoundIn(text, /pgm:/i, 'pgm:'.length, { from })) return [];
  const whole = String(text);
  return [...whole.slice(from).matchAll(/^[ \t]*--[ \t]*pgm:(\S*)/gim)].map(
    ({ index, 0: line, 1: word = '' }) => ({
      place: placeAt(whole, from + index + line.indexOf('-')),
      message: `-- pgm:${word} stands after the first statement, where it has no effect; move it to the top of the file`,
    }),
  );
}

interface Comment {
  readonly start: number;
  readonly line: string;
}

interface Leading {
  readonly comments: readonly Comment[];
  /** Where the first token starts. */
  readonly end: number;
}

/** What stands before the first token, in `head`: so much of the text that all of that is in it. */
function leadingComments(text: SqlText): Leading & { readonly head: string } {
  for (let length = headLength; ; length *= 2) {
    const head = text.slice(0, length);
    const leading = commentsIn(head);
    // What opens a comment has two characters, so the last one does not tell.
    if (head.length === text.length || leading.end < head.length - 1) return { ...leading, head };
  }
}

/** The line comments before the first token. Block comments are passed over. */
function commentsIn(text: string): Leading {
  const comments: Comment[] = [];
  const trivia = /[ \t\n\r\f\v]+|--[^\n\r]*|\/\*/y;
  for (let at = 0; ; at = trivia.lastIndex) {
    const line = trivia.exec(text)?.[0];
    if (line === undefined) return { comments, end: at };
    if (line.startsWith('--')) comments.push({ start: at, line });
    if (line === '/*') trivia.lastIndex = endOfBlockComment(text, trivia.lastIndex) ?? text.length;
  }
}
