import type { StatementEffect } from '../../core/statements/effects.js';
import { identifierValue } from '../lex/word.js';
import type { Head } from './head.js';

/** Every name that the statement may contain, and those of the objects that it affects. */
export function namesIn(statement: Head): Pick<StatementEffect, 'subjects' | 'names'> {
  const { text, tokens } = statement;
  const names = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'word' || token.kind === 'quoted-identifier') {
      names.add(identifierValue(text, token));
    }
  }
  return { names, subjects: subjectsOf(statement) };
}

/** What follows the kind of an object, `ON`, or in ALTER also `TO`; in lists all of them. Without the schema's name. */
function subjectsOf({ text, tokens, words }: Head): ReadonlySet<string> {
  const subjects = new Set<string>();
  const [first = ''] = words;
  const isList = lists.has(first);
  let isNext = before.has(first);
  let seen = 0;
  for (const [at, token] of tokens.entries()) {
    const word = words[at] ?? '';
    if (at > 0 && ends.has(word) && isList) break;
    if (token.kind !== 'word' && token.kind !== 'quoted-identifier') {
      isNext ||= isList && word === ',' && seen > 0;
    } else if (isNext && words[at + 1] !== '.' && !skipped.has(word) && !before.has(word)) {
      subjects.add(identifierValue(text, token));
      seen += 1;
      isNext = false;
    } else if (at > 0 && introduces(first, word, seen)) isNext = true;
  }
  return subjects;
}

function introduces(first: string, word: string, seen: number): boolean {
  if (word === 'ON') return first !== 'INSERT' && first !== 'UPDATE' && first !== 'DELETE';
  if (word === 'TO') return first === 'ALTER';
  return before.has(word) && seen === 0;
}

const lists: ReadonlySet<string> = new Set(['COMMENT', 'DROP', 'GRANT', 'REVOKE', 'TRUNCATE']);
const ends: ReadonlySet<string> = new Set(['TO', 'IS', 'FROM', 'CASCADE', 'RESTRICT']);
const before: ReadonlySet<string> = new Set(
  (
    'COLLATION COLUMN CONSTRAINT COPY DATABASE DOMAIN EXTENSION FROM FUNCTION GROUP INDEX INTO ON POLICY PROCEDURE ROLE RULE ' +
    'SCHEMA SEQUENCE STATISTICS TABLE TRIGGER TRUNCATE TYPE UPDATE USER VIEW'
  ).split(' '),
);
const skipped: ReadonlySet<string> = new Set(['CONCURRENTLY', 'EXISTS', 'IF', 'NOT', 'ONLY']);
