import { driftOf, type DriftLook } from '../../core/drift/drift.js';
import { ignoring } from '../../core/drift/ignored.js';
import type {
  CatalogQuestions,
  ExpectedCatalog,
  Glance,
  KeptHead,
  LiveCatalog,
} from '../../core/drift/kept-catalog.js';
import { settle } from '../../core/drift/settle.js';
import type { Session } from '../../core/ports.js';

export interface LookOptions {
  /** Patterns of schemas and objects to leave out. */
  readonly ignored: readonly string[];
  /** The state of an earlier look, whose result is not wanted again. */
  readonly known?: string | null;
}

/**
 * Compares the database with what the last settled run left, and with what files have done since. Takes no lock and writes
 * nothing. Where nothing in the catalogs has changed, that is found out without reading them.
 */
export async function lookAtDrift(
  session: CatalogQuestions & Pick<Session, 'history'>,
  { ignored, known = null }: LookOptions,
): Promise<DriftLook> {
  const seen = await session.glance();
  const { kept } = seen;
  if (kept === null) {
    const { layout } = await session.history();
    return { kind: layout === null ? 'no history' : 'no document' };
  }
  const state = stateOf(seen, ignored);
  if (state === known) return { kind: 'as before' };
  if (isAsKept(seen, kept)) return { kind: 'compared', kept, items: [], state };
  const read = await readBoth(session, kept);
  if (read === null) return lookAtDrift(session, { ignored, known });
  const { expected, live } = read;
  if (live.reader !== kept.reader) return { kind: 'not comparable', kept };
  const wasIgnored = ignoring(kept.ignored);
  const isIgnored = ignoring(ignored);
  const items = driftOf(withFiles(expected, live, kept), live.catalog, (object) => {
    return isIgnored(object) || wasIgnored(object);
  });
  return { kind: 'compared', kept, items, state };
}

function stateOf({ mark, progress, kept }: Glance, ignored: readonly string[]): string {
  return JSON.stringify([kept?.id, mark, progress, ignored]);
}

/** Nothing can differ: the rows of the catalogs are those that the last run left, and then nothing differed. */
export function isAsKept({ mark, progress }: Glance, kept: KeptHead): boolean {
  return kept.mark === mark && kept.progress === progress && !kept.hasDrift;
}

/** Null if the document went away meanwhile. */
export async function readBoth(
  session: CatalogQuestions,
  kept: KeptHead,
): Promise<{ readonly expected: ExpectedCatalog; readonly live: LiveCatalog } | null> {
  const expected = await session.expectedCatalog(kept.id);
  if (expected === null) return null;
  return { expected, live: await session.liveCatalog(kept) };
}

/**
 * Where files have run since the document, as while a run goes on or after one that was broken off, all that was written since
 * is taken for theirs.
 */
export function withFiles(
  expected: ExpectedCatalog,
  live: LiveCatalog,
  kept: KeptHead,
): ExpectedCatalog {
  if (live.progress === kept.progress) return expected;
  return settle(expected, live, {
    drift: [],
    hadUnknownDrift: kept.hasDrift,
    transaction: kept.transaction,
    wasIgnored: ignoring(kept.ignored),
  });
}
