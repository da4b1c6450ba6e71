import type { MigrationFailure } from '../../core/failure/failure.js';
import type { Migration, MigrationKey } from '../../core/files/migration.js';
import type { SqlReader } from '../../core/ports.js';
import type { ReadFile } from '../../core/proof/findings.js';
import { headersOf } from '../../core/statements/headers.js';
import { type Ignore, ignoresOf } from '../../core/statements/ignores.js';
import { judgeFile } from '../../core/statements/judge-file.js';
import type { Piece, SqlStatement } from '../../core/statements/sql-reading.js';

/** A file that may be sent, statement by statement. */
export interface ReadMigration extends ReadFile {
  readonly kind: 'read';
  readonly key: MigrationKey;
  readonly isTransaction: boolean;
  /** `-- pgm:once` */
  readonly runsOnce: boolean;
  /** `-- pgm:lock-timeout`; null for the one of the command line. */
  readonly lockTimeoutMs: number | null;
  readonly parts: readonly ReadPart[];
  readonly ignores: readonly Ignore[];
}

/** One statement. */
export interface ReadPart {
  readonly piece: Piece;
  readonly start: number;
  /** `CREATE INDEX` */
  readonly command: string;
}

/** Reads and judges a file as a run would. */
export async function readMigration(
  { key, sql }: Migration,
  sqlReader: SqlReader,
): Promise<ReadMigration | { readonly kind: 'refused'; readonly failure: MigrationFailure }> {
  const reading = await sqlReader.read(sql);
  const headers = headersOf(sql);
  const judgement = judgeFile(sql, reading, headers);
  if (judgement.kind === 'refused') return judgement;
  const statements = reading.kind === 'statements' ? reading.statements : [];
  return {
    kind: 'read',
    key,
    text: sql,
    literals: sqlReader.literals(sql),
    isTransaction: judgement.kind === 'transaction',
    runsOnce: headers.once,
    lockTimeoutMs: headers.lockTimeoutMs,
    // Pairs of BEGIN and COMMIT are part of the transaction that pgm makes.
    parts: statements.filter(({ kind }) => !control.has(kind)).map(partOf),
    ignores: ignoresOf(sql, statements),
  };
}

const control: ReadonlySet<SqlStatement['kind']> = new Set([
  'begin',
  'begin-with-options',
  'commit',
]);

function partOf({ range, data, command }: SqlStatement): ReadPart {
  const { start } = range;
  const piece: Piece =
    data === null
      ? { kind: 'sql', range, starts: [start], blanks: [] }
      : { kind: 'copy', statement: range, data };
  return { piece, start, command };
}
