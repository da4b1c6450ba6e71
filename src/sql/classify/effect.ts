import type { StatementEffect } from '../../core/statements/effects.js';
import type { TextRange } from '../../core/text/text-range.js';
import type { ClientCopy } from '../split/open-statement.js';
import { callsSomething } from './calls.js';
import { commandName } from './classify.js';
import { type Head, wholeStatement } from './head.js';
import { onlyRaises } from './only-raises.js';
import { namesIn } from './names.js';

type Reach = Pick<StatementEffect, 'adds' | 'reach'>;

/** It reads, or changes only the session or the planner's statistics. */
const nothing: Reach = { adds: true, reach: 'nothing' };
const more: Reach = { adds: true, reach: 'named' };
const changes: Reach = { adds: false, reach: 'named' };
const anything: Reach = { adds: false, reach: 'anything' };
/** Not a command of PostgreSQL: the server refuses it, and the intention is not known. */
const unknown: Reach = { adds: false, reach: 'named' };

/**
 * What a statement does to the database, by its words. Only what is listed here adds; code that runs now (DO, CALL, an
 * unknown function) may do anything, and so may a statement that reads rows in order to write some.
 */
export function effectOf(
  text: string,
  range: TextRange,
  copies: ClientCopy | null,
): StatementEffect {
  const statement = wholeStatement(text, range);
  const { adds, reach } = copies === 'from-stdin' ? more : reachOf(statement);
  return { command: shownName(statement.words), adds, reach, ...namesIn(statement) };
}

function shownName(words: readonly string[]): string {
  const replaces = words[1] === 'OR' && words[2] === 'REPLACE';
  const name = commandName(words);
  return replaces ? name.replace('CREATE', 'CREATE OR REPLACE') : name;
}

function reachOf(statement: Head): Reach {
  const { words } = statement;
  const first = words[0] ?? '';
  if (session.has(first)) return nothing;
  if (code.has(first)) return anything;
  switch (first) {
    case 'SELECT':
    case 'VALUES':
    case 'TABLE':
    case 'WITH':
    case '(':
      return words.some((word) => writes.has(word)) || callsSomething(statement)
        ? anything
        : nothing;
    case 'DO':
      return onlyRaises(statement) ? nothing : anything;
    case 'INSERT':
      return inserted(statement);
    case 'UPDATE':
    case 'DELETE':
    case 'TRUNCATE':
      return changedRows(statement);
    case 'COMMENT':
      return more;
    case 'GRANT':
      // On all tables of a schema means those that exist at that time.
      return words.includes('ALL') && words.includes('IN') ? anything : more;
    case 'REVOKE':
      return words.includes('IN') ? anything : changes;
    case 'CREATE':
      return created(words);
    case 'ALTER':
      return altered(statement);
    case 'DROP':
      return named.has(objectOf(words)) ? changes : other(words);
    default:
      return unknown;
  }
}

const session: ReadonlySet<string> = new Set(
  (
    'ABORT ANALYSE ANALYZE BEGIN CHECKPOINT CLOSE COMMIT DEALLOCATE DISCARD END LISTEN LOCK NOTIFY REINDEX ' +
    'RELEASE RESET ROLLBACK SAVEPOINT SET SHOW START UNLISTEN VACUUM'
  ).split(' '),
);
const code: ReadonlySet<string> = new Set(
  (
    'CALL CLUSTER COPY DECLARE EXECUTE EXPLAIN FETCH IMPORT LOAD MERGE MOVE PREPARE REASSIGN REFRESH REPACK ' +
    'SECURITY WAIT'
  ).split(' '),
);
/** Words in a query that make it write. */
const writes: ReadonlySet<string> = new Set(['INTO', 'INSERT', 'UPDATE', 'DELETE', 'MERGE']);

/** Literal rows, which do not depend on existing ones; ON CONFLICT DO NOTHING depends only on the table's name. */
function inserted(statement: Head): Reach {
  const { words } = statement;
  const values = words.indexOf('VALUES');
  const reads = words.some((word) => word === 'SELECT' || word === 'WITH');
  if (values === -1 || reads || callsSomething(statement, values)) return anything;
  return words.includes('UPDATE') ? changes : more;
}

function changedRows(statement: Head): Reach {
  const { words } = statement;
  const from = words[0] === 'UPDATE' && words.includes('FROM');
  const reads = from || words.some((word) => ['SELECT', 'WITH', 'USING', 'CASCADE'].includes(word));
  return reads || callsSomething(statement) ? anything : changes;
}

/** Kinds of objects that are found only by their names: a trigger, a cast or a default privilege is not. */
const added: ReadonlySet<string> = new Set(
  'COLLATION DOMAIN EXTENSION FUNCTION GROUP INDEX PROCEDURE ROLE SEQUENCE STATISTICS TABLE TYPE USER VIEW'.split(
    ' ',
  ),
);
const named: ReadonlySet<string> = new Set([...added, 'MATERIALIZED', 'POLICY', 'RULE', 'TRIGGER']);

/** A word that is not a kind of object is a typing mistake. */
function other(words: readonly string[]): Reach {
  return named.has(objectOf(words)) || others.has(objectOf(words)) ? anything : unknown;
}

const others: ReadonlySet<string> = new Set(
  (
    'ACCESS AGGREGATE CAST CONVERSION DATABASE DEFAULT EVENT FOREIGN LANGUAGE LARGE OPERATOR OWNED PROCEDURAL PUBLICATION ' +
    'ROUTINE SCHEMA SERVER SUBSCRIPTION SYSTEM TABLESPACE TEXT TRANSFORM TRUSTED'
  ).split(' '),
);

function created(words: readonly string[]): Reach {
  const object = objectOf(words);
  const replaces = words[1] === 'OR';
  if (object === 'TABLE' && copiesRows(words)) return anything;
  if (object === 'USER' && words.includes('MAPPING')) return anything;
  if (object === 'MATERIALIZED') return anything;
  if (replaces && (object === 'FUNCTION' || object === 'PROCEDURE')) return anything;
  if (replaces || !added.has(object)) return named.has(object) ? changes : other(words);
  return more;
}

/** CREATE TABLE … AS: outside of parentheses AS stands for nothing else. */
function copiesRows(words: readonly string[]): boolean {
  return topLevel(words).includes('AS');
}

function altered(statement: Head): Reach {
  const { words } = statement;
  const object = objectOf(words);
  if (!['TABLE', 'TYPE', 'DOMAIN', 'INDEX', 'VIEW', 'SEQUENCE'].includes(object)) {
    return other(words);
  }
  if (words[2] === 'ALL') return anything;
  const computes = words.findIndex((word) => ['DEFAULT', 'CHECK', 'AS', 'USING'].includes(word));
  if (computes !== -1 && callsSomething(statement, computes)) return anything;
  return actionsOf(words).every((action) => action === 'ADD') ? more : changes;
}

/** The first word of each action of an ALTER, which a comma follows and the object's name goes before. */
function actionsOf(words: readonly string[]): readonly string[] {
  const outside = topLevel(words);
  let at = 2;
  while (/^(?:IF|EXISTS|ONLY)$/.test(outside[at] ?? '')) at += 1;
  while (outside[at + 1] === '.') at += 2;
  at += 1;
  if (outside[at] === '*') at += 1;
  const actions = [outside[at] ?? ''];
  for (let next = at; next < outside.length; next += 1) {
    if (outside[next] === ',') actions.push(outside[next + 1] ?? '');
  }
  return actions;
}

function topLevel(words: readonly string[]): readonly string[] {
  let depth = 0;
  return words.filter((word) => {
    if (word === ')') depth -= 1;
    const outside = depth === 0 && word !== ')';
    if (word === '(') depth += 1;
    return outside;
  });
}

const modifiers =
  /^(?:OR|REPLACE|TEMP|TEMPORARY|LOCAL|GLOBAL|UNLOGGED|UNIQUE|RECURSIVE|CONSTRAINT)$/;

function objectOf(words: readonly string[]): string {
  return words.slice(1, 8).find((word) => !modifiers.test(word)) ?? '';
}
