import type { SqlStatement, TextRange } from '../core/sql-reading.js';
import { classify } from './classify.js';
import { destroysByWords } from './destroys-by-words.js';
import { needsGrammar } from './needs-grammar.js';
import { Pauses, turnOfOthers } from './pauses.js';
import type { RoughStatement } from './split-statements.js';

/**
 * What the plain lexer can tell of statements. `isPlain`: it is known already that no statement holds a word that could
 * tell something.
 */
export async function describeAll(
  text: string,
  statements: readonly RoughStatement[],
  isPlain = false,
): Promise<readonly SqlStatement[]> {
  const described: SqlStatement[] = [];
  const pauses = new Pauses();
  for (const rough of statements) {
    const { range } = rough;
    const destroys =
      isPlain || isPlainPart(text, range) ? null : await destroysByWords(text, range, pauses);
    if (pauses.isDueAt(range.end)) await turnOfOthers();
    described.push(describe(text, rough, destroys));
  }
  return described;
}

function isPlainPart(text: string, { start, end }: TextRange): boolean {
  return end - start <= longestProbe && !needsGrammar(text.slice(start, end));
}

function describe(
  text: string,
  { range, data, copies }: RoughStatement,
  destroys: string | null,
): SqlStatement {
  return { range, data, destroys, ...classify(text, range, copies) };
}

/** UTF-16 units that are searched for telling words in one go. */
const longestProbe = 64 * 1024;
