import type { MigrationFailure } from '../../core/failure/failure.js';
import type { Migration, MigrationKey } from '../../core/files/migration.js';
import type { SqlReader } from '../../core/ports.js';
import type { ProofFile } from '../../core/proof/database/proof-database.js';
import type { ReadFile } from '../../core/proof/findings.js';
import { headersOf } from '../../core/statements/headers.js';
import { type Ignore, ignoresOf } from '../../core/statements/ignores.js';
import { type Judgement, judgeFile } from '../../core/statements/judge-file.js';
import type { Piece, SqlStatement } from '../../core/statements/sql-reading.js';

/** A file that may be sent. */
export interface ReadMigration extends ReadFile, ProofFile {
  readonly kind: 'read';
  readonly key: MigrationKey;
  readonly isTransaction: boolean;
  /** `-- pgm:once` */
  readonly runsOnce: boolean;
  /** As a run sends it. */
  readonly pieces: readonly Piece[];
  /** The same, statement by statement, to look in between. */
  readonly parts: readonly ReadPart[];
  readonly ignores: readonly Ignore[];
}

/** One statement, or a COMMIT of the file: see `Piece`. */
export interface ReadPart {
  readonly piece: Piece;
  readonly start: number;
  /** `CREATE INDEX` */
  readonly command: string;
}

/** Reads and judges a file as a run would. */
export async function readMigration(
  migration: Migration,
  sqlReader: SqlReader,
): Promise<ReadMigration | { readonly kind: 'refused'; readonly failure: MigrationFailure }> {
  const { key, sql } = migration;
  const reading = await sqlReader.read(sql);
  const headers = headersOf(sql);
  const judgement = judgeFile(sql, reading, headers);
  if (judgement.kind === 'refused') return judgement;
  const statements = reading.kind === 'statements' ? reading.statements : [];
  const parts = partsOf(statements, judgement);
  return {
    kind: 'read',
    key,
    migration,
    text: sql,
    literals: sqlReader.literals(sql),
    isTransaction: judgement.kind === 'transaction',
    runsOnce: headers.once,
    lockTimeoutMs: headers.lockTimeoutMs,
    pieces: judgement.kind === 'transaction' ? judgement.pieces : parts.map(({ piece }) => piece),
    parts,
    ignores: ignoresOf(sql, statements),
  };
}

const control: ReadonlySet<SqlStatement['kind']> = new Set([
  'begin',
  'begin-with-options',
  'commit',
]);

/** Pairs of BEGIN and COMMIT are part of the transaction that pgm makes, but what was deferred runs at some of the COMMITs. */
function partsOf(
  statements: readonly SqlStatement[],
  judgement: Exclude<Judgement, { kind: 'refused' }>,
): readonly ReadPart[] {
  const pieces = judgement.kind === 'transaction' ? judgement.pieces : [];
  const commits = new Map(
    pieces.flatMap((piece) => (piece.kind === 'commit' ? [[piece.statement.start, piece]] : [])),
  );
  return statements.flatMap((statement): readonly ReadPart[] => {
    const { range, kind, command } = statement;
    if (!control.has(kind)) return [partOf(statement)];
    const piece = commits.get(range.start);
    return piece === undefined ? [] : [{ piece, start: range.start, command }];
  });
}

function partOf({ range, data, command }: SqlStatement): ReadPart {
  const { start } = range;
  const piece: Piece =
    data === null
      ? { kind: 'sql', range, starts: [start], blanks: [] }
      : { kind: 'copy', statement: range, data };
  return { piece, start, command };
}
