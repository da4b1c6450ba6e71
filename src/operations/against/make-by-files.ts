import type { MadeByFiles } from '../../core/drift/against/against-files.js';
import { FilesFailed, Interrupted } from '../../core/errors.js';
import { failureOfRefusal } from '../../core/failure/failure.js';
import type { Migration, Snapshot } from '../../core/files/migration.js';
import { Authors } from '../../core/proof/second-run/authors.js';
import { failureFinding, refusalFinding } from '../../core/proof/findings.js';
import type { Finding } from '../../core/proof/proof.js';
import type { ProofDatabase } from '../../core/proof/database/proof-database.js';
import { count } from '../../core/text/words.js';
import { onDatabase } from '../proof/on-database.js';
import type { VerifyPorts } from '../proof/proving.js';
import { readMigration } from '../proof/read-migration.js';
import { runUntraced } from '../proof/run-untraced.js';
import { located } from '../../core/text/position.js';

/**
 * Applies files to a database of their own, and reads what they make. Throws `FilesFailed` if one of them is refused or
 * fails, because the rest would be incomplete. `consequence` says what is missing then: `there is no complete schema to
 * print`.
 */
export async function makeByFiles(
  { migrations, refused }: Pick<Snapshot, 'migrations' | 'refused'>,
  ports: VerifyPorts,
  consequence: string,
): Promise<MadeByFiles> {
  return onDatabase(
    ports,
    async (database) => {
      const authors = new Authors();
      const failures = refused.map((file) =>
        told(file.path, refusalFinding(failureOfRefusal(file))),
      );
      for (const [done, migration] of migrations.entries()) {
        ports.emit({ kind: 'verify-progress', key: migration.key, done, of: migrations.length });
        if (ports.stop.soon.aborted) throw new Interrupted();
        const finding = await apply(migration, database, { ports, authors });
        if (finding !== null) failures.push(told(migration.path, finding));
      }
      ports.emit({ kind: 'verify-finished' });
      const of = migrations.length + refused.length;
      if (failures.length > 0) throw new FilesFailed(failed(failures, of, consequence));
      return readMade(database, authors);
    },
    'on which the files were tried is gone',
  );
}

async function readMade(
  { session, serverVersion }: ProofDatabase,
  authors: Authors,
): Promise<MadeByFiles> {
  const reading = await session.schema();
  const writers = await session.lastWriters();
  const by = reading.catalog.objects.map((object) => authors.writerOf(object, writers));
  return { reading, by, serverVersion };
}

interface Applying {
  readonly ports: Pick<VerifyPorts, 'sqlReader'>;
  readonly authors: Authors;
}

/** What went wrong with a file, or null. */
async function apply(
  migration: Migration,
  { session }: ProofDatabase,
  { ports, authors }: Applying,
): Promise<Finding | null> {
  const read = await readMigration(migration, ports.sqlReader);
  if (read.kind === 'refused') return refusalFinding(read.failure);
  const first = await runUntraced(read, session);
  if (first.failed !== null) return failureFinding('fails-first-time', read, first.failed);
  authors.note(migration.key, first);
  return null;
}

function told(path: string, { place, message, advice }: Finding): string {
  return `${located(path, place)}: ${message}${advice === null ? '' : `; ${advice}`}`;
}

function failed(failures: readonly string[], of: number, consequence: string): string {
  const lines = failures.map((line) => `\n  ${line}`).join('');
  return `${failures.length} of ${count(of, 'file')} cannot be applied, so ${consequence}:${lines}`;
}
