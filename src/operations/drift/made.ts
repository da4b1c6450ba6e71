import { Interrupted } from '../../core/errors.js';
import type { Session } from '../../core/ports.js';
import { driftOf, type DriftItem } from '../../core/drift/drift.js';
import { adoptedBy } from '../../core/drift/adopted.js';
import { ignoring } from '../../core/drift/ignored.js';
import type {
  CatalogQuestions,
  ExpectedCatalog,
  Glance,
  KeptHead,
  LiveCatalog,
} from '../../core/drift/kept-catalog.js';
import type { Snapshot } from '../../core/files/migration.js';
import { settle, takenAsItIs } from '../../core/drift/settle.js';
import { isAsKept, readBoth, withFiles } from './look.js';

/** What was found before the files of a run. */
export interface Before {
  /** Of the document; null without one. */
  readonly id: number | null;
  readonly drift: readonly DriftItem[];
  readonly next: number;
}

export async function lookBefore(session: CatalogQuestions): Promise<Before | null> {
  const seen = await session.glance();
  if (!seen.hasTable) return null;
  const { kept, next } = seen;
  if (kept === null) return { id: null, drift: [], next };
  if (isAsKept(seen, kept)) return { id: kept.id, drift: [], next };
  const read = await readBoth(session, kept);
  if (read === 'gone' || !('expected' in read)) return null;
  const { expected, live } = read;
  const isIgnored = ignoring(kept.ignored);
  const drift = driftOf(withFiles(expected, live, kept), live.catalog, isIgnored);
  return { id: kept.id, drift, next };
}
/** No file can have changed the catalogs: either nothing has, or no file has done anything. */
export function isSettled(
  kept: KeptHead,
  { mark, progress }: Glance,
  ignored: readonly string[],
): boolean {
  const isUnchanged = kept.mark === mark || kept.progress === progress;
  return isUnchanged && kept.isReadAlike && String(kept.ignored) === String(ignored);
}

/** What is expected stays the same; should the catalogs have changed, that is for others to find. The files wrote rows, or nothing. */
export function sameAs(kept: KeptHead, { progress }: Glance, revision: string) {
  const { id, fingerprint, mark, transaction, reader, hasDrift, ignored } = kept;
  const own = { fingerprint, mark, transaction, reader, hasDrift, ignored };
  return { ...own, id: id + 1, revision, progress, expected: null };
}

interface Made {
  readonly expected: ExpectedCatalog;
  readonly live: LiveCatalog;
  readonly isTakenAnew: boolean;
}

export async function first(session: CatalogQuestions): Promise<Made> {
  const live = await session.liveCatalog(null);
  return { live, expected: takenAsItIs(live), isTakenAnew: false };
}

/** The texts of the files that were applied since the document. */
function textsOf({ tries }: LiveCatalog, { migrations }: Run['snapshot']): readonly string[] {
  const applied = new Set(
    tries.filter(({ outcome }) => outcome === 'applied').map(({ key }) => key),
  );
  return migrations.filter(({ key }) => applied.has(key)).map(({ sql }) => sql);
}

/** A run that is over. */
export interface Run {
  readonly before: Before | null;
  readonly snapshot: Pick<Snapshot, 'revision' | 'migrations'>;
}

export async function next(
  session: CatalogQuestions,
  kept: KeptHead,
  { before, snapshot }: Run,
): Promise<Made | null> {
  const read = await readBoth(session, kept);
  if (read === 'gone') return null;
  if (!('expected' in read)) return { live: read, expected: takenAsItIs(read), isTakenAnew: true };
  const { expected, live } = read;
  if (before === null || before.id !== kept.id) {
    return { live, expected: withFiles(expected, live, kept), isTakenAnew: false };
  }
  const since = {
    drift: before.drift,
    hadUnknownDrift: false,
    transaction: before.next,
    wasIgnored: ignoring(kept.ignored),
    adopted: adoptedBy(textsOf(live, snapshot)),
  };
  return { live, expected: settle(expected, live, since), isTakenAnew: false };
}

/** Asks nothing once it is over. */
export function stoppable(session: Session, over: AbortSignal): Session {
  const check = async <T>(ask: () => Promise<T>): Promise<T> => {
    if (over.aborted) throw new Interrupted();
    return ask();
  };
  return {
    ...session,
    glance: () => check(() => session.glance()),
    expectedCatalog: (id) => check(() => session.expectedCatalog(id)),
    liveCatalog: (since) => check(() => session.liveCatalog(since)),
    keepCatalog: (kept) => check(() => session.keepCatalog(kept)),
  };
}
