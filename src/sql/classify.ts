import type { CreatedIndex, StatementKind, TextRange } from '../core/sql-reading.js';
import { commandName } from './command-name.js';
import { createdIndex, type Head } from './created-index.js';
import { keywordOf } from './keyword.js';
import { Lexer, type Token } from './lexer.js';
import type { ClientCopy } from './open-statement.js';
import { outsideTransaction } from './outside-transaction.js';

export interface StatementClass {
  readonly kind: StatementKind;
  readonly command: string;
  readonly createsIndex: CreatedIndex | null;
}

/** Says what a statement is, from its first words; they are all that PostgreSQL's grammar needs to tell it, too. */
export function classify(
  text: string,
  range: TextRange,
  copies: ClientCopy | null,
): StatementClass {
  const head = headOf(text, range);
  const { tokens, words } = head;
  if (copies !== null) return { ...clientCopies[copies], createsIndex: null };
  const control = transactionControl(words, tokens);
  if (control !== null) return { ...control, createsIndex: null };
  const command = outsideTransaction(words);
  if (command === null) return { kind: 'other', command: commandName(words), createsIndex: null };
  const isIndex = command === 'CREATE INDEX CONCURRENTLY';
  const createsIndex = isIndex ? createdIndex(head) : null;
  return { kind: 'outside-transaction', command, createsIndex };
}

const clientCopies = {
  'from-stdin': { kind: 'copy-from-stdin', command: 'COPY … FROM STDIN' },
  'to-stdout': { kind: 'copy-to-stdout', command: 'COPY … TO STDOUT' },
} as const;

/** Tokens: enough for the longest list of options, and for all that tells transaction control apart. */
const longestHead = 300;
const shortHead = 8;

/** What is told by options or by the end of a command; all else by its first words, however long it is. */
function isToldLate(words: readonly string[]): boolean {
  switch (words[0]) {
    case 'ALTER':
    case 'CLUSTER':
    case 'REINDEX':
      return true;
    case 'CREATE':
      return words[1] === 'SUBSCRIPTION' || words.includes('CONCURRENTLY');
    default:
      return false;
  }
}

/** The first tokens, and each as `keywordOf` gives it. */
function headOf(text: string, { start, end }: TextRange): Head {
  const lexer = new Lexer(text, start, end);
  const tokens: Token[] = [];
  const words: string[] = [];
  let limit = shortHead;
  for (let token = lexer.next(); token !== null; token = lexer.next()) {
    if (token.kind === 'comment' || token.kind === 'block-comment') continue;
    tokens.push(token);
    words.push(keywordOf(text, token));
    if (tokens.length === shortHead && isToldLate(words)) limit = longestHead;
    if (tokens.length === limit) break;
  }
  return { text, tokens, words };
}

type Control = Omit<StatementClass, 'createsIndex'>;

function transactionControl(words: readonly string[], tokens: readonly Token[]): Control | null {
  const [first = '', second = ''] = words;
  const rest = words.slice(second === 'WORK' || second === 'TRANSACTION' ? 2 : 1);
  switch (first) {
    case 'BEGIN':
    case 'START': {
      const kind = rest.length === 0 ? 'begin' : 'begin-with-options';
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
      // `PREPARE transaction AS …` prepares a statement of that name.
      return second === 'TRANSACTION' && tokens[2]?.kind === 'string'
        ? { kind: 'two-phase', command: 'PREPARE TRANSACTION' }
        : null;
    case 'DISCARD':
      return second === 'ALL' ? { kind: 'discard-all', command: 'DISCARD ALL' } : null;
    default:
      return null;
  }
}

function ending(kind: 'commit' | 'rollback', first: string, rest: readonly string[]): Control {
  if (rest[0] === 'PREPARED') return { kind: 'two-phase', command: `${first} PREPARED` };
  if (rest[0] === 'AND' && rest[1] === 'CHAIN') {
    return { kind: 'chain', command: `${first} AND CHAIN` };
  }
  return { kind, command: first };
}
