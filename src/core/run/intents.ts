/** A runner's wish for a revision in this database. */
export interface Intent {
  readonly revision: string;
  /** The only schemas it is about; null for all. */
  readonly schemas: readonly string[] | null;
  /** When a runner first read it, in microseconds since 1970 by the server's clock. */
  readonly at: number;
  /** The same in ISO 8601. */
  readonly since: string;
  /** `user@host` of that runner. */
  readonly by: string;
  /** True once all its files were applied at the same time. */
  readonly inFull: boolean;
}

/** What the history says about intents. */
export interface Intents {
  /** The server's clock, in microseconds since 1970. */
  readonly now: number;
  /** Newest first; perhaps only the newest ones. */
  readonly known: readonly Intent[];
  /** The `schemas` of every intent, however old, that was once applied in full; empty if only the newest was asked for. */
  readonly inFull: readonly Intent['schemas'][];
}

/** A runner's own intent. */
export type OwnIntent = Pick<Intent, 'revision' | 'schemas' | 'at'>;

export type Standing =
  /** No other runner has wanted another revision since. */
  | {
      readonly kind: 'rules';
      /** The newest intent, if it is for this revision; null: this one has to be recorded. */
      readonly recorded: Intent | null;
      /** The newest intent, if it is for another revision. */
      readonly other: Intent | null;
    }
  /** Another runner has wanted another revision since: this runner applies nothing. */
  | { readonly kind: 'superseded'; readonly by: Intent };

/** The newest intent decides, whoever asks; everybody breaks ties in the same way. */
export function standingOf(own: OwnIntent, { known }: Pick<Intents, 'known'>): Standing {
  const newest = newestFor(own.schemas, known);
  if (newest === null) return { kind: 'rules', recorded: null, other: null };
  if (newest.revision === own.revision) {
    const inFull = newest.inFull && isSameScope(newest.schemas, own.schemas);
    return { kind: 'rules', recorded: { ...newest, inFull }, other: null };
  }
  return isNewer(own, newest)
    ? { kind: 'rules', recorded: null, other: newest }
    : { kind: 'superseded', by: newest };
}

/** What a runner has to say about its intent. */
export interface Word {
  readonly own: OwnIntent;
  /** All its files are applied at the same time. */
  readonly inFull: boolean;
  /** It has recorded the intent before. */
  readonly isStated: boolean;
  /** It could not get to the database when it read the revision. */
  readonly isLate: boolean;
}

/**
 * Whether the history does not say it yet. A superseded intent is recorded once, so that others can tell that it is older.
 * So is a late one for the revision that rules already: another late runner may yet come with what it read before.
 */
export function isNews({ own, inFull, isStated, isLate }: Word, standing: Standing): boolean {
  if (standing.kind === 'superseded') return !isStated;
  const { recorded } = standing;
  if (recorded === null || (inFull && !recorded.inFull)) return true;
  return isLate && !isStated && own.at > recorded.at;
}

/**
 * The time of an intent that was first read `ageMs` ago. Never before what another runner recorded for the same revision.
 * If the newest intent is in the future, the clock was set back, or another server took over: then this one is newer.
 */
export function timeOfReading(
  { revision, schemas }: Omit<OwnIntent, 'at'>,
  ageMs: number,
  { now, known }: Intents,
): number {
  const read = now - Math.round(ageMs * 1_000);
  const newest = newestFor(schemas, known);
  if (newest === null) return read;
  if (newest.revision === revision) return Math.max(read, newest.at);
  return newest.at > now ? newest.at + 1 : read;
}

/** The newest intent that is about one of these schemas; null if there is none. */
export function newestFor(
  schemas: readonly string[] | null,
  known: readonly Intent[],
): Intent | null {
  const about = known.filter((intent) => overlaps(schemas, intent.schemas));
  return about.reduce<Intent | null>(
    (newest, each) => (newest === null || isNewer(each, newest) ? each : newest),
    null,
  );
}

/** What the history says about a revision in these schemas; null if nothing. */
export function intentFor(
  { revision, schemas }: Omit<OwnIntent, 'at'>,
  { known }: Pick<Intents, 'known'>,
): Intent | null {
  return newestFor(
    schemas,
    known.filter((each) => each.revision === revision && isSameScope(each.schemas, schemas)),
  );
}

/** Every migration of some revision has been applied in these schemas. */
export function wasEverInFull(
  schemas: readonly string[] | null,
  { inFull }: Pick<Intents, 'inFull'>,
): boolean {
  return inFull.some(
    (scope) =>
      scope === null || (schemas !== null && schemas.every((schema) => scope.includes(schema))),
  );
}

/** The standing of the runners of a revision, as seen by an observer; null if none of them has recorded an intent. */
export function standingSeen(
  source: Omit<OwnIntent, 'at'>,
  intents: Pick<Intents, 'known'>,
): Standing | null {
  const recorded = intentFor(source, intents);
  return recorded === null ? null : standingOf({ ...source, at: recorded.at }, intents);
}

function isNewer(
  { at, revision }: Pick<Intent, 'at' | 'revision'>,
  other: Pick<Intent, 'at' | 'revision'>,
): boolean {
  return at === other.at ? revision > other.revision : at > other.at;
}

/** Runners of different schemas (`--schemas`) do not supersede each other. */
function overlaps(some: readonly string[] | null, others: readonly string[] | null): boolean {
  if (some === null || others === null) return true;
  return some.some((schema) => others.includes(schema));
}

function isSameScope(some: readonly string[] | null, others: readonly string[] | null): boolean {
  if (some === null || others === null) return some === others;
  return some.length === others.length && some.every((schema) => others.includes(schema));
}

/** The same, for documents. */
export type IntentDocument = Pick<Intent, 'revision' | 'schemas' | 'since' | 'by' | 'inFull'>;

/** As it is in the JSON of `status`, `migrate` and the log. */
export function intentDocument({ revision, schemas, since, by, inFull }: Intent): IntentDocument {
  return { revision, schemas, since, by, inFull };
}
