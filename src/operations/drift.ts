import { DatabaseMissing, SourceMissing } from '../core/errors.js';
import type { Snapshot } from '../core/files/migration.js';
import type { Session } from '../core/ports.js';
import { compare } from '../core/run/compare.js';
import type { DriftReport, DriftVerdict, NotYet } from '../core/drift/drift-report.js';
import type { DriftLook } from '../core/drift/drift.js';
import { onSession } from './run/connect.js';
import { retryTransient } from './run/retry-transient.js';
import type { SourcePorts } from './run/run-ports.js';
import { lookAtDrift } from './drift/look.js';

interface DriftOptions {
  readonly schemas: readonly string[] | null;
  /** Patterns of schemas and objects to leave out. */
  readonly ignored: readonly string[];
  /** Milliseconds to wait for PostgreSQL; null waits forever. */
  readonly waitTimeoutMs: number | null;
}

/**
 * Compares the database with what the last settled run left. Takes no lock and writes nothing. The files only tell which of
 * them are not applied; without a source, that is unknown.
 */
export async function drift(ports: SourcePorts, options: DriftOptions): Promise<DriftReport> {
  const { database } = ports;
  const snapshot = await readIfThere(ports);
  const once = () =>
    onSession(database, async (session) => {
      const look = await lookAtDrift(session, options);
      return reportOn(look, database.target, await notYetOf(session, snapshot, options));
    });
  try {
    return await retryTransient(once, ports, options.waitTimeoutMs);
  } catch (error) {
    if (!(error instanceof DatabaseMissing)) throw error;
    return nothing('no database', database.target);
  }
}

async function readIfThere({ source, emit }: SourcePorts): Promise<Snapshot | null> {
  try {
    return await source.read();
  } catch (error) {
    if (!(error instanceof SourceMissing)) throw error;
    emit({
      kind: 'note',
      message: `${error.message}; pgm cannot tell which files are not applied yet`,
    });
    return null;
  }
}

/** What the source has that is not in the database, or not as it is now. */
async function notYetOf(
  session: Session,
  snapshot: Snapshot | null,
  { schemas }: Pick<DriftOptions, 'schemas'>,
): Promise<readonly NotYet[]> {
  if (snapshot === null) return [];
  const statuses = compare(snapshot, await session.history(), schemas);
  return statuses.flatMap(({ key, state }) =>
    state === 'applied' || state === 'missing' ? [] : [{ key, state }],
  );
}

export function reportOn(look: DriftLook, target: string, notYet: readonly NotYet[]): DriftReport {
  if (look.kind === 'as before') throw new Error('nobody has looked before');
  if (look.kind !== 'compared') {
    const kept = look.kind === 'not comparable' ? look.kept : null;
    return { ...nothing(look.kind, target), kept, notYet };
  }
  const { kept, items, unseen } = look;
  const verdict = items.length > 0 ? 'drift' : 'in step';
  return { target, verdict, kept, files: null, items, unseen, histories: [], notYet };
}

/** Nothing was compared. */
export function nothing(verdict: DriftVerdict, target: string): DriftReport {
  const none = { kept: null, files: null, items: [], unseen: [], histories: [], notYet: [] };
  return { target, verdict, ...none };
}
