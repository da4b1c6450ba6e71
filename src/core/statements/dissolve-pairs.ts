import {
  beginOptions,
  mayOutlivePair,
  type Offence,
  outlivesPair,
  savepointGone,
} from './offences.js';
import type { SqlStatement, StatementList } from './sql-reading.js';

/** A BEGIN at top level and the COMMIT that ends it. */
export interface Pair {
  readonly begin: SqlStatement;
  readonly commit: SqlStatement;
}

interface Dissolved {
  /** The statements without those of the pairs. */
  readonly inner: readonly SqlStatement[];
  readonly pairs: readonly Pair[];
  /** The first statement that keeps the pairs from being left out. */
  readonly problem: Problem | null;
}

interface Problem {
  readonly statement: SqlStatement;
  readonly offence: Offence;
}

/**
 * Removes the pairs of BEGIN and COMMIT from a file, which is one transaction anyway. A BEGIN or COMMIT without the
 * other, and other transaction control, stay among the statements and are refused as such.
 */
export function dissolvePairs(
  list: Pick<StatementList, 'statements' | 'untilCommit' | 'savepoint'>,
): Dissolved {
  const { statements } = list;
  if (!statements.some(isOpening)) return { inner: statements, pairs: [], problem: null };
  const reading = new PairReading(list);
  for (const statement of statements) {
    const problem = reading.problemWith(statement);
    if (problem !== null) return { ...reading.found(), problem };
    reading.add(statement);
  }
  return { ...reading.found(), problem: null };
}

class PairReading {
  readonly #inner: SqlStatement[] = [];
  readonly #pairs: Pair[] = [];
  #begin: SqlStatement | null = null;
  #beganAt = 0;
  /** The first problem, if the file goes on after its COMMIT. */
  #short: Problem | null = null;
  /** Something defined so far would be a problem when it is called. */
  #definesShort = false;
  /** The names of those that stand since BEGIN, the newest last. */
  #savepoints: string[] = [];

  constructor(readonly list: Pick<StatementList, 'untilCommit' | 'savepoint'>) {}

  problemWith(statement: SqlStatement): Problem | null {
    const { kind } = statement;
    if (this.#begin === null && this.#short !== null) return this.#short;
    if (kind === 'commit' && this.#begin?.kind === 'begin-with-options')
      return { statement: this.#begin, offence: beginOptions(this.#begin.command) };
    return kind === 'savepoint' && this.#lacksSavepoint(statement)
      ? { statement, offence: savepointGone(statement.command) }
      : null;
  }

  add(statement: SqlStatement): void {
    if (this.#begin === null && isOpening(statement)) {
      this.#begin = statement;
      this.#beganAt = this.#inner.length;
      this.#savepoints = [];
    } else if (this.#begin !== null && statement.kind === 'commit') {
      this.#pairs.push({ begin: this.#begin, commit: statement });
      this.#begin = null;
    } else this.#addInner(statement);
  }

  found(): Pick<Dissolved, 'inner' | 'pairs'> {
    if (this.#begin !== null) this.#inner.splice(this.#beganAt, 0, this.#begin);
    return { inner: this.#inner, pairs: this.#pairs };
  }

  #addInner(statement: SqlStatement): void {
    const { kind, command } = statement;
    const lasts = this.list.untilCommit(statement);
    this.#inner.push(statement);
    if (kind === 'savepoint') this.#stackSavepoint(statement);
    this.#definesShort ||= lasts === 'when called';
    if (this.#begin === null) return;
    if (lasts === 'yes') this.#short ??= { statement, offence: outlivesPair(command) };
    else if (this.#definesShort && calling.has(command))
      this.#short ??= { statement, offence: mayOutlivePair(command) };
  }

  /** After a COMMIT, the server has no earlier savepoints, and outside BEGIN … COMMIT none at all. */
  #lacksSavepoint(statement: SqlStatement): boolean {
    if (this.#pairs.length === 0) return false;
    if (this.#begin === null) return true;
    if (statement.command === 'SAVEPOINT') return false;
    return !this.#savepoints.includes(this.list.savepoint(statement));
  }

  /** Like the server: a name may stand twice, and the newest is meant. */
  #stackSavepoint(statement: SqlStatement): void {
    const name = this.list.savepoint(statement);
    const at = this.#savepoints.lastIndexOf(name);
    if (statement.command === 'SAVEPOINT') this.#savepoints.push(name);
    else if (at !== -1) this.#savepoints.splice(statement.command === 'RELEASE' ? at : at + 1);
  }
}

/** Commands that may run code defined in the file. */
const calling: ReadonlySet<string> = new Set(['CALL', 'DO', 'EXECUTE', 'SELECT', 'VALUES', 'WITH']);

function isOpening({ kind }: SqlStatement): boolean {
  return kind === 'begin' || kind === 'begin-with-options';
}
