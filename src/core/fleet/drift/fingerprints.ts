import { type Catalog, fingerprintOf } from '../../catalog/catalog.js';
import type { DriftLook } from '../../drift/drift.js';
import { type IsIgnored, ignoring } from '../../drift/ignored.js';
import { alikeBy } from '../alike.js';
import type { Fingerprint, TargetDrift } from './target-drift.js';

/**
 * Of the objects that a look found, without those that runs leave out. What only this look ignores counts, so that the
 * fingerprint does not depend on how the fleet is looked at.
 */
export function fingerprintSeen({
  kept,
  catalog,
}: Pick<Extract<DriftLook, { kind: 'compared' }>, 'kept' | 'catalog'>): Fingerprint {
  const postgres = Number(kept.reader.split(' ')[0]);
  if (catalog === null) return { fingerprint: kept.fingerprint, postgres };
  return { fingerprint: fingerprintIn(catalog, ignoring(kept.ignored)), postgres };
}

export function fingerprintIn({ objects }: Catalog, isIgnored: IsIgnored): string {
  return fingerprintOf({
    objects: objects.filter((object) => !isIgnored(object)),
    notCompared: [],
  });
}

/** Targets with the same objects. */
export interface FingerprintGroup {
  readonly fingerprint: string;
  /** The major versions of PostgreSQL among them. */
  readonly postgres: readonly number[];
  /** The revisions of the files whose runs left their catalogs; empty if not asked for. */
  readonly revisions: readonly string[];
  readonly targets: readonly string[];
}

/** The fingerprints side by side, the most frequent one first. */
export function fingerprintGroups(targets: readonly TargetDrift[]): readonly FingerprintGroup[] {
  const printed = targets.flatMap(({ target, print, report }) =>
    print === null ? [] : [{ ...print, target, revision: report?.kept?.revision ?? null }],
  );
  return alikeBy(printed, ({ fingerprint }) => fingerprint)
    .map((own) => ({
      fingerprint: own[0]?.fingerprint ?? '',
      postgres: unique(own.map(({ postgres }) => postgres)),
      revisions: unique(own.flatMap(({ revision }) => (revision === null ? [] : [revision]))),
      targets: own.map(({ target }) => target),
    }))
    .toSorted((a, b) => b.targets.length - a.targets.length);
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
