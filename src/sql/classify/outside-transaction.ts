import type { TextRange } from '../../core/text/text-range.js';
import { tokensIn } from '../lex/lexer.js';
import { identifierValue } from '../lex/word.js';

/**
 * The function in a query that creates a logical replication slot, or null. The server refuses that in a transaction
 * that has written anything, and pgm's has always written the history row.
 */
export function slotMadeBy(text: string, range: TextRange): string | null {
  if (!/logical_replication_slot/i.test(text.slice(range.start, range.end))) return null;
  let called = '';
  for (const token of tokensIn(text, range)) {
    if (token.kind === 'symbol' && text[token.start] === '(' && slotMakers.has(called))
      return called;
    const isName = token.kind === 'word' || token.kind === 'quoted-identifier';
    called = isName ? identifierValue(text, token) : '';
  }
  return null;
}

const slotMakers: ReadonlySet<string> = new Set([
  'pg_create_logical_replication_slot',
  'pg_copy_logical_replication_slot',
]);

/**
 * The name of a command that PostgreSQL 14 to 18 refuse inside a transaction block (SQLSTATE 25001), or null. Decides
 * by the words of the statement only, as `keywordOf` returns them. What depends on the catalog is left to the server,
 * such as CLUSTER or REINDEX of a partitioned table.
 */
export function outsideTransaction(words: readonly string[]): string | null {
  switch (words[0]) {
    case 'CREATE':
      return created(words);
    case 'DROP':
      return dropped(words);
    case 'ALTER':
      return altered(words);
    case 'REINDEX':
      return reindexed(words);
    // It commits after each table, so that it holds no lock longer than it must.
    case 'VACUUM':
      return 'VACUUM';
    // Without a table it processes all that were clustered before, one transaction each.
    case 'CLUSTER':
      return afterOptions(words) >= words.length ? 'CLUSTER' : null;
    default:
      return null;
  }
}

function created(words: readonly string[]): string | null {
  // Between its three own transactions it waits for older ones.
  const index = words[1] === 'UNIQUE' ? 2 : 1;
  if (words[index] === 'INDEX' && words[index + 1] === 'CONCURRENTLY') {
    return 'CREATE INDEX CONCURRENTLY';
  }
  // It creates and copies files that a rollback would not remove.
  if (words[1] === 'DATABASE' || words[1] === 'TABLESPACE') return `CREATE ${words[1]}`;
  // The replication slot on the other server would outlive a rollback; without one it is a row in the catalog.
  const makesSlot = !isOff(words, 'CONNECT') && !isOff(words, 'CREATE_SLOT');
  return words[1] === 'SUBSCRIPTION' && makesSlot ? 'CREATE SUBSCRIPTION' : null;
}

function dropped(words: readonly string[]): string | null {
  // As for creating one: it waits for everybody who may still use the index.
  if (words[1] === 'INDEX' && words[2] === 'CONCURRENTLY') return 'DROP INDEX CONCURRENTLY';
  // Files, or a slot on another server, that a rollback would not restore.
  const object = words[1] ?? '';
  return ['DATABASE', 'TABLESPACE', 'SUBSCRIPTION'].includes(object) ? `DROP ${object}` : null;
}

function altered(words: readonly string[]): string | null {
  switch (words[1]) {
    // It writes postgresql.auto.conf at once.
    case 'SYSTEM':
      return 'ALTER SYSTEM';
    // It moves the files of the whole database.
    case 'DATABASE':
      return movesDatabase(words.slice(3)) ? 'ALTER DATABASE SET TABLESPACE' : null;
    // It commits halfway and waits for those who still see the partition. FINALIZE can be rolled back.
    case 'TABLE':
      return words.includes('DETACH') && words.at(-1) === 'CONCURRENTLY'
        ? 'ALTER TABLE DETACH PARTITION CONCURRENTLY'
        : null;
    case 'SUBSCRIPTION':
      return alteredSubscription(words.slice(3));
    default:
      return null;
  }
}

function movesDatabase([first, second, ...more]: readonly string[]): boolean {
  if (first === 'SET' || first === 'WITH')
    return second === 'TABLESPACE' || more.includes('TABLESPACE');
  return first === 'TABLESPACE';
}

/** Whatever changes slots or the state of tables on the other server. */
function alteredSubscription(words: readonly string[]): string | null {
  const [verb, object] = words;
  if (verb === 'REFRESH') return 'ALTER SUBSCRIPTION REFRESH';
  if (object === 'PUBLICATION' && /^(?:SET|ADD|DROP)$/.test(verb ?? '')) {
    return isOff(words, 'REFRESH') ? null : `ALTER SUBSCRIPTION ${verb} PUBLICATION`;
  }
  const touchesSlot = words.includes('FAILOVER') || words.includes('TWO_PHASE');
  return verb === 'SET' && object === '(' && touchesSlot ? 'ALTER SUBSCRIPTION SET' : null;
}

/** For many tables it uses one transaction each; CONCURRENTLY uses several for each index. */
function reindexed(words: readonly string[]): string | null {
  const at = afterOptions(words);
  const target = words[at] ?? '';
  const option = words.slice(0, at).includes('CONCURRENTLY') && !isOff(words, 'CONCURRENTLY');
  if (option || words[at + 1] === 'CONCURRENTLY') return `REINDEX ${target} CONCURRENTLY`;
  return /^(?:SCHEMA|DATABASE|SYSTEM)$/.test(target) ? `REINDEX ${target}` : null;
}

/** Index of the first word after `(…)` or VERBOSE, which follow the command. */
function afterOptions(words: readonly string[]): number {
  if (words[1] === 'VERBOSE') return 2;
  return words[1] === '(' ? words.indexOf(')') + 1 || words.length : 1;
}

/** True for an option that is written and switched off: `refresh = false`, `concurrently off`. */
function isOff(words: readonly string[], option: string): boolean {
  const at = words.lastIndexOf(option);
  if (at === -1) return false;
  const value = words[at + 1] === '=' ? words[at + 2] : words[at + 1];
  return value === 'FALSE' || value === 'OFF' || value === '0';
}
