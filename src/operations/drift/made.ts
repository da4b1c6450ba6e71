import type { Comparable } from '../../core/drift/against/comparable.js';
import { driftOf, type DriftItem } from '../../core/drift/drift.js';
import { adoptedBy, adoptsNothing } from '../../core/drift/settled/adopted.js';
import { type CodeReader, codeOf } from '../../core/drift/settled/code.js';
import { ignoring } from '../../core/drift/ignored.js';
import type {
  CatalogQuestions,
  ExpectedCatalog,
  Glance,
  KeptHead,
  LiveCatalog,
} from '../../core/drift/kept-catalog.js';
import type { Snapshot } from '../../core/files/migration.js';
import { settle, takenAsItIs } from '../../core/drift/settled/settle.js';
import { besideExpected, isAsKept, readBoth, withFiles } from './look.js';

/** What was found before the files of a run. */
export interface Before {
  /** Of the document; null without one. */
  readonly id: number | null;
  readonly drift: readonly DriftItem[];
  readonly next: number;
}

/** `ignored`: what this run leaves out. */
export async function lookBefore(
  session: CatalogQuestions,
  ignored: readonly string[],
): Promise<Before | null> {
  const seen = await session.glance();
  if (!seen.hasTable) return null;
  const { kept, next } = seen;
  if (kept === null) return { id: null, drift: [], next };
  if (isAsKept(seen, kept)) return { id: kept.id, drift: [], next };
  const read = await readBoth(session, kept, [...ignored, ...kept.ignored]);
  if (read === 'gone' || !('expected' in read)) return null;
  const { expected, live } = read;
  const isIgnored = ignoring(kept.ignored);
  const drift = driftOf(withFiles(expected, live, kept), live.catalog, isIgnored);
  return { id: kept.id, drift, next };
}

/**
 * The expected catalog stays the same: the files wrote rows, or nothing. Other changes of the catalogs are for others to
 * find.
 */
export function sameAs(kept: KeptHead, { progress }: Glance, revision: string) {
  const { id, fingerprint, mark, transaction, reader, hasDrift, ignored } = kept;
  const own = { fingerprint, mark, transaction, reader, hasDrift, ignored };
  return { ...own, id: id + 1, revision, progress, expected: null };
}

interface Made {
  readonly kind: 'made';
  readonly expected: ExpectedCatalog;
  readonly live: LiveCatalog;
  readonly isTakenAnew: boolean;
}

/** The code of the files that were applied since the document. */
async function codesOf(
  { tries }: LiveCatalog,
  { snapshot: { migrations }, sqlReader }: Run,
): Promise<readonly string[]> {
  const applied = new Set(
    tries.filter(({ outcome }) => outcome === 'applied').map(({ key }) => key),
  );
  const codes: string[] = [];
  for (const { key, sql } of migrations) {
    if (applied.has(key)) codes.push(...(await codeOf(sql, sqlReader)));
  }
  return codes;
}

/** A finished run. */
export interface Run {
  readonly before: Before | null;
  readonly snapshot: Pick<Snapshot, 'revision' | 'migrations'>;
  readonly sqlReader: CodeReader;
  /** Patterns of what it leaves out. */
  readonly ignored: readonly string[];
}

/** No file of the run has changed the catalogs. */
interface Unchanged {
  readonly kind: 'unchanged';
  readonly kept: KeptHead;
}

/** `gone`: the last document was deleted meanwhile. */
export async function madeBy(
  session: CatalogQuestions,
  { kept, progress }: Pick<Glance, 'kept' | 'progress'>,
  run: Run,
): Promise<Made | Unchanged | 'gone'> {
  const { ignored } = run;
  if (kept === null) return asItIs(await session.liveCatalog(null, ignored), false);
  const isKeptAlike = kept.isReadAlike && String(kept.ignored) === String(ignored);
  if (isKeptAlike && kept.progress === progress) return { kind: 'unchanged', kept };
  const now = isKeptAlike
    ? await session.changedCatalog(kept, ignored)
    : await session.liveCatalog(kept, ignored);
  if (now === null) return { kind: 'unchanged', kept };
  const read = await besideExpected(session, kept, now);
  if (read === 'gone') return 'gone';
  return 'expected' in read ? madeSince(kept, read, run) : asItIs(read, true);
}

function asItIs(live: LiveCatalog, isTakenAnew: boolean): Made {
  return { kind: 'made', live, expected: takenAsItIs(live), isTakenAnew };
}

async function madeSince(
  kept: KeptHead,
  { expected, live }: Pick<Comparable, 'expected' | 'live'>,
  run: Run,
): Promise<Made> {
  const { before } = run;
  const made = { kind: 'made', live, isTakenAnew: false } as const;
  if (before === null || before.id !== kept.id) {
    return { ...made, expected: withFiles(expected, live, kept) };
  }
  const since = {
    drift: before.drift,
    hadUnknownDrift: false,
    transaction: before.next,
    wasIgnored: ignoring(kept.ignored),
    // If nothing differed before, nothing can be adopted: the files need not be read.
    adopted: before.drift.length === 0 ? adoptsNothing : adoptedBy(await codesOf(live, run)),
  };
  return { ...made, expected: settle(expected, live, since) };
}
