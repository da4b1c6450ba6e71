import { type Comparable, comparable } from '../../core/drift/against/comparable.js';
import { driftOf, type DriftLook } from '../../core/drift/drift.js';
import { adoptsNothing } from '../../core/drift/settled/adopted.js';
import { ignoring } from '../../core/drift/ignored.js';
import type {
  CatalogQuestions,
  ExpectedCatalog,
  Glance,
  KeptHead,
  LiveCatalog,
} from '../../core/drift/kept-catalog.js';
import { settle } from '../../core/drift/settled/settle.js';
import type { Session } from '../../core/ports.js';

interface LookOptions {
  /** Patterns of schemas and objects to leave out. */
  readonly ignored: readonly string[];
  /** The state of an earlier look, whose result is not needed again. */
  readonly known?: string | null;
}

/**
 * Compares the database with what the last settled run left, and with what files have done since. Takes no lock and writes
 * nothing. If nothing in the catalogs has changed, it finds that out without reading them.
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
  if (isAsKept(seen, kept)) {
    return { kind: 'compared', kept, items: [], unseen: [], catalog: null, state };
  }
  const read = await readBoth(session, kept, [...ignored, ...kept.ignored]);
  if (read === 'gone') return lookAtDrift(session, { ignored, known });
  if (!('expected' in read)) return { kind: 'not comparable', kept };
  const { expected, live, unseen } = read;
  const wasIgnored = ignoring(kept.ignored);
  const isIgnored = ignoring(ignored);
  const items = driftOf(withFiles(expected, live, kept), live.catalog, (object) => {
    return isIgnored(object) || wasIgnored(object);
  });
  return { kind: 'compared', kept, items, unseen, catalog: live.catalog, state };
}

function stateOf({ mark, progress, kept }: Glance, ignored: readonly string[]): string {
  return JSON.stringify([kept?.id, mark, progress, ignored]);
}

/** Nothing can differ: the rows of the catalogs are as the last run left them, and then nothing differed. */
export function isAsKept({ mark, progress }: Glance, kept: KeptHead): boolean {
  return kept.mark === mark && kept.progress === progress && !kept.hasDrift;
}

/** `gone`: the document was deleted meanwhile. `ignored`: see `liveCatalog`. */
export async function readBoth(
  session: CatalogQuestions,
  kept: KeptHead,
  ignored: readonly string[],
): Promise<Comparable | LiveCatalog | 'gone'> {
  return besideExpected(session, kept, await session.liveCatalog(kept, ignored));
}

export async function besideExpected(
  session: Pick<CatalogQuestions, 'expectedCatalog'>,
  kept: KeptHead,
  live: LiveCatalog,
): Promise<Comparable | LiveCatalog | 'gone'> {
  const expected = await session.expectedCatalog(kept.id);
  if (expected === null) return 'gone';
  // If the two cannot be compared, the live side.
  return comparable(expected, live, kept.reader) ?? live;
}

/**
 * If files have run since the document, as during a run or after an interrupted one, all changes since are treated as theirs.
 */
export function withFiles(
  expected: ExpectedCatalog,
  live: LiveCatalog,
  kept: KeptHead,
): ExpectedCatalog {
  if (live.progress === kept.progress) return expected;
  return settle(expected, live, {
    drift: [],
    // Marking files as applied says that their changes are in the database.
    hadUnknownDrift: kept.hasDrift && !live.tries.some(({ outcome }) => outcome === 'baselined'),
    transaction: kept.transaction,
    wasIgnored: ignoring(kept.ignored),
    adopted: adoptsNothing,
  });
}
