import type { CreatedIndex } from '../../core/statements/sql-reading.js';
import type { TextRange } from '../../core/text/text-range.js';
import type { ClientCopy } from '../split/open-statement.js';
import { createdIndex } from './created-index.js';
import { headOf } from './head.js';
import { outsideTransaction, slotMadeBy } from './outside-transaction.js';
import { configuredSetting, isUsual, type Named, settingChange } from './session-settings.js';

interface StatementClass extends Named {
  readonly createsIndex: CreatedIndex | null;
}

/** Says what a statement is by its first words, which are enough for PostgreSQL's grammar too. */
export function classify(
  text: string,
  range: TextRange,
  copies: ClientCopy | null,
): StatementClass {
  const head = headOf(text, range);
  const { words } = head;
  if (copies !== null) return classed(clientCopies[copies]);
  const setting = words[0] === 'SET' ? settingChange(head) : null;
  const control = transactionControl(words) ?? setting ?? queryControl(text, range, words);
  if (control !== null) return classed(control);
  const command = outsideTransaction(words);
  if (command === null) return classed({ kind: 'other', command: commandName(words) });
  const isIndex = command === 'CREATE INDEX CONCURRENTLY';
  return classed({ kind: 'outside-transaction', command }, isIndex ? createdIndex(head) : null);
}

function classed(
  { kind, command }: Named,
  createsIndex: CreatedIndex | null = null,
): StatementClass {
  return { kind, command, createsIndex };
}

/** The call in a query that changes the session, or that the server refuses after a write in the same transaction. */
function queryControl(text: string, range: TextRange, words: readonly string[]): Named | null {
  if (words[0] !== 'SELECT' && words[0] !== 'WITH') return null;
  const setting = configuredSetting(text, range);
  if (setting !== null) return setting;
  const command = slotMadeBy(text, range);
  return command === null ? null : { kind: 'outside-transaction', command };
}

const clientCopies = {
  'from-stdin': { kind: 'copy-from-stdin', command: 'COPY … FROM STDIN' },
  'to-stdout': { kind: 'copy-to-stdout', command: 'COPY … TO STDOUT' },
} as const;

function transactionControl(words: readonly string[]): Named | null {
  const [first = '', second = ''] = words;
  const rest = words.slice(second === 'WORK' || second === 'TRANSACTION' ? 2 : 1);
  switch (first) {
    case 'BEGIN':
    case 'START': {
      const kind = rest.length === 0 || isUsual(rest) ? 'begin' : 'begin-with-options';
      return { kind, command: commandName(words) };
    }
    case 'COMMIT':
    case 'END':
      return ending('commit', first, rest);
    case 'ROLLBACK':
    case 'ABORT':
      return rest[0] === 'TO'
        ? { kind: 'savepoint', command: 'ROLLBACK TO' }
        : ending('rollback', first, rest);
    case 'SAVEPOINT':
    case 'RELEASE':
      return { kind: 'savepoint', command: first };
    case 'PREPARE':
      // `PREPARE transaction AS …` and `PREPARE transaction (…) AS …` prepare a statement of that name.
      return second === 'TRANSACTION' && words[2] !== 'AS' && words[2] !== '('
        ? { kind: 'two-phase', command: 'PREPARE TRANSACTION' }
        : null;
    case 'DISCARD':
      return second === 'ALL' ? { kind: 'discard-all', command: 'DISCARD ALL' } : null;
    default:
      return null;
  }
}

function ending(kind: 'commit' | 'rollback', first: string, rest: readonly string[]): Named {
  if (rest[0] === 'PREPARED') return { kind: 'two-phase', command: `${first} PREPARED` };
  if (rest[0] === 'AND' && rest[1] === 'CHAIN') {
    return { kind: 'chain', command: `${first} AND CHAIN` };
  }
  return { kind, command: first };
}

/** The name of a statement in messages, from its keywords: `CREATE TABLE`, `COMMIT PREPARED`, `INSERT`. */
export function commandName(words: readonly string[]): string {
  const [first = ''] = words;
  if (!/^[A-Z]/.test(first)) return first === '(' ? 'SELECT' : 'the statement';
  switch (first) {
    case 'CREATE':
    case 'ALTER':
    case 'DROP':
      return [first, ...objectName(words.slice(1))].join(' ');
    case 'START':
    case 'DISCARD':
    case 'REASSIGN':
      return words.slice(0, 2).join(' ');
    case 'SET':
      return words[1] === 'LOCAL' || words[1] === 'CONSTRAINTS' ? `SET ${words[1]}` : first;
    case 'REFRESH':
      return 'REFRESH MATERIALIZED VIEW';
    default:
      return first;
  }
}

const modifiers: ReadonlySet<string> = new Set([
  'OR',
  'REPLACE',
  'TEMP',
  'TEMPORARY',
  'LOCAL',
  'GLOBAL',
  'UNLOGGED',
  'UNIQUE',
  'RECURSIVE',
  'TRUSTED',
  'PROCEDURAL',
  'CONSTRAINT',
]);

/** Object types of several words, by the first of them. */
const longNames: Readonly<Record<string, RegExp>> = {
  ACCESS: /^METHOD$/,
  DEFAULT: /^(?:PRIVILEGES|CONVERSION)$/,
  EVENT: /^TRIGGER$/,
  FOREIGN: /^(?:TABLE|DATA|WRAPPER)$/,
  LARGE: /^OBJECT$/,
  MATERIALIZED: /^VIEW$/,
  OPERATOR: /^(?:CLASS|FAMILY)$/,
  TEXT: /^(?:SEARCH|CONFIGURATION|DICTIONARY|PARSER|TEMPLATE)$/,
  USER: /^MAPPING$/,
};

function objectName(words: readonly string[]): readonly string[] {
  const [first = '', ...more] = words.filter((word) => !modifiers.has(word));
  if (!/^[A-Z]/.test(first)) return [];
  const rest = longNames[first];
  const length = rest === undefined ? 0 : more.findIndex((word) => !rest.test(word));
  return [first, ...more.slice(0, length === -1 ? more.length : length)];
}
