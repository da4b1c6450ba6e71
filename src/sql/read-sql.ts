import type { SqlReader } from '../core/ports.js';
import type { StatementEffect } from '../core/statements/effects.js';
import type { SqlReading, StatementList } from '../core/statements/sql-reading.js';
import { classify } from './classify/classify.js';
import { effectOf } from './classify/effect.js';
import { savepointName } from './classify/savepoint-name.js';
import { endsWithCommit } from './classify/until-commit.js';
import { literalRanges } from './literals.js';
import { splitAll, splitStatements, stretch, turnOfOthers } from './split/split-statements.js';

/** Reads SQL without a server and without its grammar; tests compare the lexer with both. */
export function createSqlReader(): SqlReader {
  let sinceTurn = 0;
  const read = async (text: string): Promise<SqlReading> => {
    // Thousands of short files are read one after another, with nothing to wait for in between.
    sinceTurn += text.length;
    if (sinceTurn > stretch) {
      sinceTurn = 0;
      await turnOfOthers();
    }
    return readSql(text);
  };
  return { read, literals: literalRanges, effects };
}

export async function readSql(text: string): Promise<SqlReading> {
  const split = await splitStatements(text, ({ range, data, copies }) => ({
    range,
    data,
    ...classify(text, range, copies),
  }));
  if (split.kind !== 'split') return split;
  const { statements, skipped, marks } = split;
  // Few files are asked: a function per statement would be a quarter of the memory that a dump takes.
  const untilCommit: StatementList['untilCommit'] = ({ kind, range }) =>
    kind === 'other' ? endsWithCommit(text, range) : 'no';
  const savepoint: StatementList['savepoint'] = ({ range }) => savepointName(text, range);
  return { kind: 'statements', statements, skipped, marks, untilCommit, savepoint };
}

async function effects(text: string): Promise<readonly StatementEffect[]> {
  const { statements, unterminated } = await splitAll(text, ({ range, copies }) =>
    effectOf(text, range, copies),
  );
  return unterminated === null ? statements : [...statements, swallowed(unterminated)];
}

/** After a missing quote, statements look like a literal. */
function swallowed(command: string): StatementEffect {
  const none: ReadonlySet<string> = new Set();
  return { command, adds: false, reach: 'anything', subjects: none, names: none };
}
