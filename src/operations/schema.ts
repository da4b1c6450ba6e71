import type { Emit } from '../core/events.js';
import { FilesFailed, Interrupted } from '../core/errors.js';
import { failureOfRefusal } from '../core/failure/failure.js';
import type { Migration, Snapshot } from '../core/files/migration.js';
import type { Clock, Stop } from '../core/ports.js';
import { failureFinding, refusalFinding } from '../core/proof/findings.js';
import type { Finding } from '../core/proof/proof.js';
import type { ProofSession } from '../core/proof/database/proof-database.js';
import type { LiveSchema, SchemaReading } from '../core/schema/parts/reading.js';
import { count } from '../core/text/words.js';
import { onDatabase, type VerifyPorts } from './verify.js';
import { readMigration } from './proof/read-migration.js';
import { runFirst } from './proof/run-first.js';
import { retryTransient } from './run/retry-transient.js';

export interface LivePorts {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly stop: Stop;
}

/** Reads what is in a database, as soon as PostgreSQL answers. Writes nothing. Throws `Interrupted`, `PostgresUnreachable`. */
export async function readLiveSchema(
  live: LiveSchema,
  { clock, emit, stop }: LivePorts,
  withinMs: number | null,
): Promise<SchemaReading> {
  const cancel = (): void => {
    live.cancel();
  };
  stop.now.addEventListener('abort', cancel);
  try {
    const context = { clock, emit, signal: stop.soon, database: live, withinMs };
    return await retryTransient(() => live.read(), context);
  } catch (error) {
    // That the reading was cancelled is what was asked for.
    if (stop.now.aborted) throw new Interrupted();
    throw error;
  } finally {
    stop.now.removeEventListener('abort', cancel);
  }
}

/**
 * Reads what the files of a snapshot make, on a database of its own. Throws `FilesFailed` if one of them is refused or fails:
 * what the others make is not the schema.
 */
export async function readSchemaOfFiles(
  snapshot: Snapshot,
  ports: VerifyPorts,
): Promise<SchemaReading> {
  const { migrations, refused } = snapshot;
  return onDatabase(
    ports,
    async ({ session }) => {
      const failures = refused.map((file) =>
        told(file.path, refusalFinding(failureOfRefusal(file))),
      );
      for (const [done, migration] of migrations.entries()) {
        ports.emit({ kind: 'verify-progress', key: migration.key, done, of: migrations.length });
        if (ports.stop.soon.aborted) throw new Interrupted();
        const finding = await apply(migration, session, ports);
        if (finding !== null) failures.push(told(migration.path, finding));
      }
      ports.emit({ kind: 'verify-finished' });
      if (failures.length > 0)
        throw new FilesFailed(failed(failures, migrations.length + refused.length));
      return session.schema();
    },
    'on which the files were tried is gone',
  );
}

/** What went wrong with a file, or null. */
async function apply(
  migration: Migration,
  session: ProofSession,
  { sqlReader }: VerifyPorts,
): Promise<Finding | null> {
  const read = await readMigration(migration, sqlReader);
  if (read.kind === 'refused') return refusalFinding(read.failure);
  const { failed } = await runFirst(read, session, 0);
  return failed === null ? null : failureFinding('fails-first-time', read, failed);
}

function told(path: string, { place, message, advice }: Finding): string {
  const at = place === null ? path : `${path}:${place.line}:${place.column}`;
  return `${at}: ${message}${advice === null ? '' : `; ${advice}`}`;
}

function failed(failures: readonly string[], of: number): string {
  const lines = failures.map((line) => `\n  ${line}`).join('');
  return `${failures.length} of ${count(of, 'file')} cannot be applied, so there is no whole schema to print:${lines}`;
}
