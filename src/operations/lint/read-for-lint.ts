import type { Grammar } from '../../core/grammar/statement.js';
import type { Migration } from '../../core/files/migration.js';
import type { LintedFile, LintedStatement } from '../../core/lint/linted-file.js';
import type { SqlReader } from '../../core/ports.js';
import { headersOf } from '../../core/statements/headers.js';
import { ignoresOf } from '../../core/statements/ignores.js';
import { judgeFile } from '../../core/statements/judge-file.js';
import type { SqlStatement } from '../../core/statements/sql-reading.js';

export interface LintReaders {
  readonly sqlReader: SqlReader;
  readonly grammar: Grammar;
}

/** Reads a file for the rules. `isDue`: see `LintedFile`. */
export async function readForLint(
  { key, path, schema, sql }: Migration,
  isDue: boolean,
  { sqlReader, grammar }: LintReaders,
): Promise<LintedFile> {
  const reading = await sqlReader.read(sql);
  const headers = headersOf(sql);
  const judgement = judgeFile(sql, reading, headers);
  const statements = reading.kind === 'statements' ? reading.statements : [];
  return {
    key,
    path,
    schema,
    text: sql,
    headers,
    isTransaction: judgement.kind === 'transaction',
    isDue,
    statements: statements
      .filter(({ kind }) => kind !== 'begin' && kind !== 'commit')
      .map((statement) => parsed(sql, statement, grammar)),
    ignores: ignoresOf(sql, statements),
    refusal: judgement.kind === 'refused' ? judgement.failure : null,
    literals: sqlReader.literals(sql),
  };
}

function parsed(sql: string, { range, command }: SqlStatement, grammar: Grammar): LintedStatement {
  const read = grammar.parse(sql, range);
  if (read.kind === 'unread') return { range, command, parsed: null, unread: read };
  const { statement } = read;
  return { range, command, parsed: statement, unread: statement.body?.unread ?? null };
}
