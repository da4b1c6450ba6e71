import type { CreatedIndex, IndexShape } from '../../core/statements/sql-reading.js';
import { identifierValue } from '../lex/word.js';
import type { Head } from './head.js';

/**
 * The index that a CREATE INDEX CONCURRENTLY builds, in the schema of its table. Its shape is only needed when the
 * server chooses the name, because then it cannot be found by name.
 */
export function createdIndex(head: Head): CreatedIndex | null {
  const { words, tokens } = head;
  const on = words.indexOf('ON');
  const named = words.indexOf('CONCURRENTLY') + 1;
  const nameAt = words[named] === 'IF' ? named + 3 : named;
  const path = pathAt(head, words[on + 1] === 'ONLY' ? on + 2 : on + 1);
  const table = path.names.at(-1);
  if (on === -1 || table === undefined) return null;
  const nameToken = nameAt < on ? tokens[nameAt] : undefined;
  return {
    schema: path.names.at(-2) ?? null,
    table,
    name: nameToken === undefined ? null : identifierValue(head.text, nameToken),
    shape: nameToken === undefined ? shapeFrom(head, path.end) : null,
  };
}

/** `a`, `a.b` or `a.b.c`, and the index of the token after it. */
function pathAt(head: Head, from: number): { names: readonly string[]; end: number } {
  const names: string[] = [];
  let at = from;
  for (;;) {
    const token = head.tokens[at];
    if (token === undefined) return { names, end: at };
    names.push(identifierValue(head.text, token));
    if (head.words[at + 1] !== '.') return { names, end: at + 1 };
    at += 2;
  }
}

/** `[USING method] (column, …) … [WHERE …]`; null when the head ends within the parentheses. */
function shapeFrom(head: Head, from: number): IndexShape | null {
  const { words, tokens } = head;
  const methodToken = words[from] === 'USING' ? tokens[from + 1] : undefined;
  const open = methodToken === undefined ? from : from + 2;
  const columns: (string | null)[] = [];
  let depth = 0;
  let at = open;
  for (; at < words.length; at += 1) {
    const word = words[at];
    if (word === ')') depth -= 1;
    if (depth === 0 && at > open) break;
    if (word === '(') depth += 1;
    if (depth === 1 && (at === open || word === ',')) columns.push(columnAt(head, at + 1));
  }
  if (words[open] !== '(' || at === words.length) return null;
  return {
    columns,
    method: methodToken === undefined ? 'btree' : identifierValue(head.text, methodToken),
    unique: words[1] === 'UNIQUE',
    // WHERE is a reserved word, so outside of parentheses it cannot be a name.
    partial: words.slice(at).includes('WHERE'),
  };
}

/** A name that is not a function call is a column; anything else is an expression. */
function columnAt(head: Head, at: number): string | null {
  const token = head.tokens[at];
  const isName = token?.kind === 'word' || token?.kind === 'quoted-identifier';
  const goesOn = head.words[at + 1] === '(' || head.words[at + 1] === '.';
  return token === undefined || !isName || goesOn ? null : identifierValue(head.text, token);
}
