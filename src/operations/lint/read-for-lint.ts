import type { Grammar, Parsed, Statement, Unread } from '../../core/grammar/statement.js';
import type { Migration } from '../../core/files/migration.js';
import type { LintedFile, LintedStatement } from '../../core/lint/linted-file.js';
import type { SqlReader } from '../../core/ports.js';
import { headersOf } from '../../core/statements/headers.js';
import { ignoresOf } from '../../core/statements/ignores.js';
import { judgeFile } from '../../core/statements/judge-file.js';
import type { SqlStatement } from '../../core/statements/sql-reading.js';
import { placesOf } from '../../core/text/position.js';
import type { TextRange } from '../../core/text/text-range.js';

export interface LintReaders {
  readonly sqlReader: SqlReader;
  readonly grammar: Grammar;
}

/** Reads a file for the rules. `isDue`: see `LintedFile`. */
export async function readForLint(
  { key, path, sql }: Migration,
  isDue: boolean,
  { sqlReader, grammar }: LintReaders,
): Promise<LintedFile> {
  const reading = await sqlReader.read(sql);
  const headers = headersOf(sql);
  const judgement = judgeFile(sql, reading, headers);
  const statements = reading.kind === 'statements' ? reading.statements : [];
  const origin = { text: sql, grammar, keepsRows: statements.length <= mostRowsKept };
  const read = statements
    .filter(({ kind }) => kind !== 'begin' && kind !== 'commit')
    .map((statement) => new ReadStatement(statement, origin));
  return {
    key,
    path,
    text: sql,
    placeAt: placesOf(sql),
    headers,
    isTransaction: judgement.kind === 'transaction',
    isDue,
    makesTable: read.some(({ makesTable }) => makesTable),
    statements: read,
    ignores: ignoresOf(sql, statements),
    refusal: judgement.kind === 'refused' ? judgement.failure : null,
    literals: () => sqlReader.literals(sql),
  };
}

/** With more statements, those that only write rows are not kept: each takes a thousand bytes, and 15 µs to read again. */
const mostRowsKept = 2_000;

interface Origin {
  readonly text: string;
  readonly grammar: Grammar;
  readonly keepsRows: boolean;
}

class ReadStatement implements LintedStatement {
  readonly range: TextRange;
  readonly command: string;
  readonly unread: Unread | null;
  readonly makesTable: boolean;
  readonly #kept: Statement | null;
  readonly #isKept: boolean;
  readonly #origin: Origin;

  constructor({ range, command }: SqlStatement, origin: Origin) {
    this.range = range;
    this.command = command;
    this.#origin = origin;
    const read = this.#read();
    const parsed = statementOf(read);
    this.unread = read.kind === 'unread' ? read : (parsed?.body?.unread ?? null);
    this.makesTable = parsed !== null && makesTable(parsed);
    this.#isKept = origin.keepsRows || parsed === null || !onlyWritesRows(parsed);
    this.#kept = this.#isKept ? parsed : null;
  }

  get parsed(): Statement | null {
    return this.#isKept ? this.#kept : statementOf(this.#read());
  }

  #read(): Parsed {
    const { grammar, text } = this.#origin;
    return grammar.parse(text, this.range);
  }
}

function statementOf(read: Parsed): Statement | null {
  return read.kind === 'parsed' ? read.statement : null;
}

function makesTable(statement: Statement): boolean {
  const isTable = statement.kind === 'create-table' || statement.kind === 'create-table-as';
  return isTable && statement.persistence !== 'temporary';
}

function onlyWritesRows({ kind }: Statement): boolean {
  return kind === 'insert' || kind === 'update' || kind === 'delete';
}
