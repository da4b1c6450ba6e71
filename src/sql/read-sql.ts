import type { SqlReader } from '../core/ports.js';
import type { SqlReading, SqlStatement, TextRange } from '../core/sql-reading.js';
import type { SqlText } from '../core/sql-text.js';
import { blankComments, type Chunk, chunksOf, chunkText, longestChunk } from './chunks.js';
import { classify } from './classify.js';
import { describeAll } from './describe.js';
import { destroysInTree } from './destroys-in-tree.js';
import {
  loadGrammar,
  type Parse,
  type ParsedStatement,
  parseStatements,
  type ParseSql,
} from './grammar.js';
import { Lexer } from './lexer.js';
import { literalRanges } from './literals.js';
import { needsGrammar } from './needs-grammar.js';
import { OpenStatement } from './open-statement.js';
import { Pauses, turnOfOthers } from './pauses.js';
import { readInWindows } from './read-in-windows.js';
import { hasTellingWord } from './telling-words.js';
import { type RoughStatement, type Split, splitStatements } from './split-statements.js';

export interface SqlReaderOptions {
  /**
   * True parses every file, so that a syntax error is found without a server. False loads the grammar only for a file
   * about which it could tell something new, which is all that a run needs.
   */
  readonly thorough?: boolean;
  /** Where the grammar comes from; called once, when it is first needed. */
  readonly load?: () => Promise<ParseSql>;
}

/** Reads SQL without a server. `read` rejects only when the grammar cannot be loaded. */
export function createSqlReader({
  thorough = false,
  load = loadGrammar,
}: SqlReaderOptions = {}): SqlReader {
  let grammar: Promise<ParseSql> | null = null;
  return {
    literals: literalRanges,
    read: async (sql) => {
      if (sql.length > longestText) return readInWindows(sql);
      const text = String(sql);
      const split = await splitStatements(text);
      if (split.kind !== 'split') return split;
      const plain = thorough ? null : await readByWords(text, split);
      if (plain !== null) return plain;
      grammar ??= load();
      return readByGrammar(text, split, await grammar);
    },
  };
}

/** Reads one file for a run; the grammar is loaded when a file first needs it. */
export function readSql(sql: SqlText): Promise<SqlReading> {
  return reader.read(sql);
}

const reader = createSqlReader();

/** UTF-16 units: some two seconds of parsing, in small stretches. What is longer is a dump, and the plain lexer will do. */
const longestText = 4 * 1024 * 1024;

type Whole = Extract<Split, { kind: 'split' }>;

/** Null when the grammar could tell more; of what seems to destroy data it is asked, as words may also be names. */
async function readByWords(text: string, split: Whole): Promise<SqlReading | null> {
  if (!needsGrammar(text)) return readPlainly(text, split, true);
  if (await isTelling(text, split)) return null;
  const reading = await readPlainly(text, split, false);
  return reading.statements.some(({ destroys }) => destroys !== null) ? null : reading;
}

async function isTelling(text: string, { statements }: Whole): Promise<boolean> {
  const pauses = new Pauses();
  for (const { range } of statements) if (await hasTellingWord(text, range, pauses)) return true;
  return false;
}

async function readPlainly(
  text: string,
  split: Whole,
  isPlain: boolean,
): Promise<Extract<SqlReading, { kind: 'statements' }>> {
  const statements = await describeAll(text, split.statements, isPlain);
  return { kind: 'statements', statements, skipped: split.skipped, exact: true };
}

/**
 * That cutting changes nothing can be shown: the grammar reads from left to right, and once it took a chunk up to the
 * `;` at its end as complete statements, it goes on behind it as if it began. `readChunk` sees to that condition.
 */
async function readByGrammar(text: string, split: Whole, parse: ParseSql): Promise<SqlReading> {
  const statements: SqlStatement[] = [];
  let exact = true;
  for (const [index, chunk] of chunksOf(text, split).entries()) {
    if (index > 0) await turnOfOthers();
    const read = await readChunk(text, chunk, split.skipped, parse);
    if (read.kind === 'syntax-error') {
      const plain = await describeAll(text, split.statements);
      return { ...read, statements: plain, skipped: split.skipped, exact: false };
    }
    exact &&= read.exact;
    statements.push(...read.statements);
  }
  return { kind: 'statements', statements, skipped: split.skipped, exact };
}

type ChunkReading =
  | { readonly kind: 'read'; readonly statements: readonly SqlStatement[]; readonly exact: boolean }
  | { readonly kind: 'syntax-error'; readonly at: number };

async function readChunk(
  text: string,
  { range, rough, endsWithSemicolon }: Chunk,
  skipped: readonly TextRange[],
  parse: ParseSql,
): Promise<ChunkReading> {
  const plainly = async (): Promise<ChunkReading> => {
    return { kind: 'read', statements: await describeAll(text, rough), exact: false };
  };
  if (range.end - range.start > longestChunk) return plainly();
  const chunk = chunkText(text, range, skipped);
  const parsed = await parseTolerantly(chunk, parse);
  if (parsed.kind === 'unreadable') return plainly();
  if (parsed.kind === 'syntax-error') return { ...parsed, at: range.start + parsed.at };
  if (endsWithSemicolon && parsed.statements.at(-1)?.semicolon !== chunk.length - 1)
    return plainly();
  const twins = new Map(rough.map((each) => [each.range.start, each]));
  const statements = parsed.statements.map((statement) => {
    return { ...located(text, range, twins, statement), destroys: destroysInTree(statement.tree) };
  });
  return { kind: 'read', statements, exact: true };
}

/**
 * `libpg-query` keeps comments as tokens, so it stumbles over a string that goes on below a line comment, which
 * PostgreSQL takes: what it refuses is tried again without such comments.
 */
async function parseTolerantly(chunk: string, parse: ParseSql): Promise<Parse> {
  const parsed = await parseStatements(chunk, parse);
  return parsed.kind === 'syntax-error' ? parseStatements(blankComments(chunk), parse) : parsed;
}

/** The grammar decides where a statement is; where the lexer agrees, which is always but for its faults, it adds the rows. */
function located(
  text: string,
  chunk: TextRange,
  twins: ReadonlyMap<number, RoughStatement>,
  { start, semicolon }: ParsedStatement,
): Omit<SqlStatement, 'destroys'> {
  const from = chunk.start + start;
  const to = semicolon === null ? chunk.end : chunk.start + semicolon;
  const twin = twins.get(from);
  const agreed = twin !== undefined && (semicolon === null || twin.semicolonEnd === to + 1);
  const { range, data, copies } = agreed ? twin : scan(text, { start: from, end: to });
  return { range, data, ...classify(text, range, copies) };
}

function scan(
  text: string,
  { start, end }: TextRange,
): Pick<RoughStatement, 'range' | 'data' | 'copies'> {
  const lexer = new Lexer(text, start, end);
  let open: OpenStatement | null = null;
  for (let token = lexer.next(); token !== null; token = lexer.next()) {
    if (token.kind === 'comment' || token.kind === 'block-comment') continue;
    if (open === null) open = new OpenStatement(text, token);
    else open.add(token);
  }
  return { range: { start, end: open?.end ?? end }, data: null, copies: open?.copies ?? null };
}
