import type { ServerError } from '../../core/failure/server-error.js';
import type { FailedPart, ProofSession } from '../../core/proof/database/proof-database.js';
import type { ReadMigration } from './read-migration.js';

/**
 * For a file whose statements all ran, and whose COMMIT failed on a deferred check: the failure, with the statement to blame
 * if that is sure. For that it runs once more in the open transaction, which has to be rolled back.
 */
export async function failedAtCommit(
  file: ReadMigration,
  session: ProofSession,
  error: ServerError,
): Promise<FailedPart> {
  const statementStart = await findStatement(file, session, error);
  return { error: { ...error, atCommit: true }, pieceStart: 0, statementStart };
}

/**
 * The statement before which everything held, and after which this very violation existed. Null if one violation came on top
 * of another, since the server reports only the first.
 */
async function findStatement(
  file: ReadMigration,
  session: ProofSession,
  error: ServerError,
): Promise<number | null> {
  let held = true;
  let found: number | null = null;
  for (const { piece, start } of file.parts) {
    if ((await session.run(file.text, piece)) !== null) return null;
    const now = await session.tryDeferred();
    if (now === null || !isSame(now, error)) found = null;
    else if (held) found = start;
    held = now === null;
  }
  return found;
}

function isSame(one: ServerError, other: ServerError): boolean {
  const { sqlstate, message, detail, schema, table, constraint } = one;
  return (
    sqlstate === other.sqlstate &&
    message === other.message &&
    detail === other.detail &&
    schema === other.schema &&
    table === other.table &&
    constraint === other.constraint
  );
}
