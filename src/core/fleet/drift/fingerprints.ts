import { type Catalog, fingerprintOf } from '../../catalog/catalog.js';
import type { DriftLook } from '../../drift/drift.js';
import { type IsIgnored, ignoring } from '../../drift/ignored.js';
import { alikeBy } from '../alike.js';
import type { Fingerprint, TargetDrift } from './target-drift.js';

/**
 * Of what a look found to be there, without what runs leave out; so that it says nothing of how a fleet is looked at, what
 * only this look ignores counts.
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

/** Targets in which the same is. */
export interface FingerprintGroup {
  readonly fingerprint: string;
  /** Major versions of PostgreSQL among them. */
  readonly postgres: readonly number[];
  /** Revisions of the files whose runs left their catalogs; empty where nobody asked. */
  readonly revisions: readonly string[];
  readonly targets: readonly string[];
}

/** Fingerprints side by side, the one that most targets have first. */
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
