import { beginOptions, type Offence, outlivesPair } from './offences.js';
import type { SqlStatement } from './sql-reading.js';

/** A BEGIN at top level and the COMMIT that ends it. */
export interface Pair {
  readonly begin: SqlStatement;
  readonly commit: SqlStatement;
}

export interface Dissolved {
  /** The statements without those of the pairs. */
  readonly inner: readonly SqlStatement[];
  readonly pairs: readonly Pair[];
  /** The first statement because of which the pairs cannot be left out. */
  readonly problem: { readonly statement: SqlStatement; readonly offence: Offence } | null;
}

/**
 * Takes the pairs of BEGIN and COMMIT out of a file, which is one transaction anyway. A BEGIN or COMMIT without the other
 * and other transaction control stay among the statements, and are refused as such.
 */
export function dissolvePairs(statements: readonly SqlStatement[]): Dissolved {
  const inner: SqlStatement[] = [];
  const pairs: Pair[] = [];
  let begin: SqlStatement | null = null;
  let beganAt = 0;
  /** The first statement between BEGIN and COMMIT whose effect that COMMIT ends. */
  let short: SqlStatement | null = null;
  for (const statement of statements) {
    const { kind } = statement;
    if (begin === null && short !== null) return { inner, pairs, problem: outlives(short) };
    if (begin === null && isOpening(statement)) {
      begin = statement;
      beganAt = inner.length;
    } else if (begin !== null && kind === 'commit') {
      if (begin.kind === 'begin-with-options') return { inner, pairs, problem: lost(begin) };
      pairs.push({ begin, commit: statement });
      begin = null;
    } else {
      inner.push(statement);
      if (begin !== null && statement.endsAtCommit) short ??= statement;
    }
  }
  if (begin !== null) inner.splice(beganAt, 0, begin);
  return { inner, pairs, problem: null };
}

function isOpening({ kind }: SqlStatement): boolean {
  return kind === 'begin' || kind === 'begin-with-options';
}

function outlives(statement: SqlStatement): Dissolved['problem'] {
  return { statement, offence: outlivesPair(statement.command) };
}

function lost(statement: SqlStatement): Dissolved['problem'] {
  return { statement, offence: beginOptions(statement.command) };
}
