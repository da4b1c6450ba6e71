import {
  type Catalog,
  type CatalogObject,
  type Fact,
  nameOf,
  type ObjectName,
} from '../../catalog/catalog.js';

type Majors = readonly [made: number, live: number];

/** What every object that can have it has from this major version on: a fact, or a privilege, by name. */
const since: Readonly<Record<string, number>> = {
  'not null by': 18,
  'not null comment': 18,
  MAINTAIN: 17,
};

/** Facts whose meaning changes with this major version, although nobody has changed anything. */
const newMeaning: Readonly<Record<string, readonly [facts: readonly string[], from: number]>> = {
  collation: [['collate', 'ctype', 'locale'], 15],
  subscription: [['streaming'], 18],
};

/** The objects without facts that only one of the two versions knows, or that mean something else there. */
export function withKnownFacts(
  objects: readonly CatalogObject[],
  majors: Majors,
): readonly CatalogObject[] {
  const least = Math.min(...majors);
  if (least === Math.max(...majors)) return objects;
  const isKnown = (word: string): boolean => (since[word] ?? 0) <= least;
  return objects.map((object) => {
    const facts = Object.entries(object.facts).flatMap(([name, fact]): [string, Fact][] => {
      if (!isKnown(name) || hasNewMeaning(object, majors).includes(name)) return [];
      const isOfPrivileges = ['granted', 'revoked', 'privileges'].includes(name);
      if (!isOfPrivileges || typeof fact !== 'object') return [[name, fact]];
      const lines = fact.flatMap((line) => withoutNewer(String(line), isKnown));
      return lines.length === 0 ? [] : [[name, lines]];
    });
    return { ...object, facts: Object.fromEntries(facts) };
  });
}

function hasNewMeaning({ kind }: ObjectName, majors: Majors): readonly string[] {
  const [facts, from] = newMeaning[kind] ?? [[], 0];
  return Math.min(...majors) < from && Math.max(...majors) >= from ? facts : [];
}

/** What is not compared because of this. */
export function incomparable({ objects }: Catalog, majors: Majors): readonly string[] {
  return objects.flatMap((object) => {
    const facts = hasNewMeaning(object, majors);
    return facts.length === 0 ? [] : [`${facts.join(', ')} of ${nameOf(object)}${because(majors)}`];
  });
}

function because([first, second]: Majors): string {
  return `, which PostgreSQL ${first} and ${second} write differently`;
}

/** `INSERT, MAINTAIN to app`. */
function withoutNewer(line: string, isKnown: (word: string) => boolean): readonly string[] {
  const at = line.indexOf(' to ');
  const words = line.slice(0, at).split(', ');
  const known = words.filter((word) => isKnown(word.split(' ')[0] ?? word));
  return known.length === 0 ? [] : [`${known.join(', ')}${line.slice(at)}`];
}

/**
 * Between two major versions, treats definitions that differ only in parentheses, blanks and qualifiers as the same:
 * newer versions write fewer of them. Says which, as this is only likely.
 */
export function inOtherWords(
  made: Catalog,
  live: Catalog,
  majors: Majors,
): { readonly made: Catalog; readonly unsure: readonly string[] } {
  if (majors[0] === majors[1]) return { made, unsure: [] };
  const there = new Map(live.objects.map((object) => [nameOf(object), object.facts]));
  const unsure: string[] = [];
  const objects = made.objects.map((object) => {
    const theirs = there.get(nameOf(object)) ?? {};
    const facts = Object.entries(object.facts).map(([name, fact]): [string, Fact] => {
      const other = theirs[name];
      if (other === undefined || !isOtherwiseWritten(fact, other)) return [name, fact];
      unsure.push(`${name} of ${nameOf(object)}${because(majors)}`);
      return [name, other];
    });
    return { ...object, facts: Object.fromEntries(facts) };
  });
  return { made: { objects, notCompared: made.notCompared }, unsure };
}

function isOtherwiseWritten(one: Fact, other: Fact): boolean {
  if (typeof one !== 'string' || typeof other !== 'string' || one === other) return false;
  return bare(one) === bare(other);
}

/** Literals and quoted names stay as they are. */
function bare(definition: string): string {
  return definition.replace(
    /'(?:[^']|'')*'|"(?:[^"]|"")*"(\.)?|[\w$\u0080-\uffff]+(\.)?|[^]/g,
    (token: string, afterQuoted: string | undefined, afterWord: string | undefined) => {
      if (afterQuoted !== undefined) return '';
      if (afterWord !== undefined) return /^\d/.test(token) ? token : '';
      if (/^[\s()]$/.test(token)) return '';
      return `${token} `;
    },
  );
}
