import { createHash } from 'node:crypto';
import type { Fact } from '../catalog/catalog.js';
import type { DriftItem } from './drift.js';
import { type WholeItem, withoutParts } from './drift-report.js';
import type { KeptHead } from './kept-catalog.js';
import type { MigrationKey } from '../files/migration.js';
import { count } from '../text/words.js';
import { factText, maskedFact } from './masked-fact.js';

/** What `watch` found when it last compared the database with what the files made. */
export interface DriftSeen {
  /** Milliseconds since 1970. */
  readonly checkedAt: number;
  /** The run that left the catalog that the database was compared with. */
  readonly since: Pick<KeptHead, 'revision' | 'keptAt' | 'keptBy'>;
  readonly counts: Readonly<Record<DriftItem['kind'], number>>;
  /** The first of them. */
  readonly objects: readonly SeenObject[];
}

/** An object that is not as the files made it, short enough to be kept in memory and safe to be shown on the page. */
export interface SeenObject {
  readonly drift: DriftItem['kind'];
  /** PostgreSQL's own word: `table`, `index`. */
  readonly kind: string;
  readonly identity: string;
  /** The schema it is in, or null. */
  readonly schema: string | null;
  /** The file that made it as expected; null if there is none, or it is not known. */
  readonly file: MigrationKey | null;
  /** How many of its columns, constraints, indexes … differ in the same way, and are not listed themselves. */
  readonly parts: number;
  readonly facts: readonly DriftedFact[];
}

/** Null on the side that lacks it. Literals are masked. */
export interface DriftedFact {
  readonly name: string;
  readonly expected: string | null;
  readonly actual: string | null;
}

export const driftKinds = ['unknown', 'missing', 'different'] as const;

/** More than anybody reads; `pgm drift` lists all. */
export const mostObjects = 100;
const mostFacts = 12;
const mostLetters = 600;

export function driftSeen(
  items: readonly DriftItem[],
  { revision, keptAt, keptBy }: DriftSeen['since'],
  checkedAt: number,
): DriftSeen {
  const counted = (kind: DriftItem['kind']): number =>
    items.filter((item) => item.kind === kind).length;
  return {
    checkedAt,
    since: { revision, keptAt, keptBy },
    counts: {
      unknown: counted('unknown'),
      missing: counted('missing'),
      different: counted('different'),
    },
    objects: withoutParts(items).slice(0, mostObjects).map(seenObject),
  };
}

/** The same drift, found again at another time. */
export function seenAgain({ since, counts, objects }: DriftSeen, checkedAt: number): DriftSeen {
  return { checkedAt, since, counts, objects };
}

export function driftedObjects({ counts }: DriftSeen): number {
  return counts.unknown + counts.missing + counts.different;
}

/** The same for the same drift, whichever run it is compared with. */
export function digestOfDrift(items: readonly DriftItem[]): string {
  const told = items.map((item) => [
    item.kind,
    item.object.kind,
    item.object.identity,
    item.kind === 'missing' ? null : item.live.facts,
  ]);
  return createHash('sha256').update(JSON.stringify(told)).digest('hex');
}

/** Why a database with drift is not ready; null without drift. Shown to everybody, so it names no user. */
export function driftAsReason(seen: DriftSeen | null): string | null {
  const number = seen === null ? 0 : driftedObjects(seen);
  const first = seen?.objects[0];
  if (number === 0 || first === undefined) return null;
  // An object outside any schema may be named after a role.
  const name = first.schema === null ? first.kind : `${first.kind} ${first.identity}`;
  const verb = number === 1 ? 'is' : 'are';
  return `drift: ${count(number, 'object')} ${verb} not as the files made ${number === 1 ? 'it' : 'them'}, first ${name} (${first.drift})`;
}

function seenObject({ item, parts }: WholeItem): SeenObject {
  const { kind, identity, schema } = item.object;
  const file = item.kind === 'unknown' ? null : item.by;
  return {
    drift: item.kind,
    kind,
    identity: shortened(identity),
    schema,
    file,
    parts,
    facts: factsOf(item).slice(0, mostFacts),
  };
}

function factsOf(item: DriftItem): readonly DriftedFact[] {
  if (item.kind === 'different') {
    return item.facts.map(({ name, before, after }) => ({
      name,
      expected: shown(name, before),
      actual: shown(name, after),
    }));
  }
  const isUnknown = item.kind === 'unknown';
  return Object.entries(item.object.facts).map(([name, fact]) => ({
    name,
    expected: isUnknown ? null : shown(name, fact),
    actual: isUnknown ? shown(name, fact) : null,
  }));
}

function shown(name: string, fact: Fact | null): string | null {
  return fact === null ? null : shortened(factText(maskedFact(name, fact)));
}

function shortened(text: string): string {
  return text.length > mostLetters ? `${text.slice(0, mostLetters)}…` : text;
}
