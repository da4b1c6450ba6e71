import { type Catalog, type CatalogObject, type Fact, nameOf } from '../../catalog/catalog.js';
import { hasUsualPrivileges, type SchemaReading, textOf } from '../../schema/parts/reading.js';
import { secretsIn, withoutSecret } from './comparable.js';
import { incomparable, inOtherWords, withKnownFacts } from './versions.js';

/** Two databases without the differences that come from two servers, two owners or two readers. */
interface OnEqualTerms {
  /** What the files created in a throw-away database. */
  readonly made: Catalog;
  readonly live: Catalog;
  /** What was not compared: `connection of subscription app_sub`. */
  readonly unseen: readonly string[];
}

export function onEqualTerms(made: SchemaReading, live: SchemaReading): OnEqualTerms {
  const majors = [made.database.major, live.database.major] as const;
  const seesAll = made.database.isSuperuser && live.database.isSuperuser;
  const read = (reading: SchemaReading): Catalog => {
    const { objects, notCompared } = reading.catalog;
    const visible = seesAll ? objects : objects.map(withoutSecret);
    const own = visible.map((object) => withoutUsual(object, reading));
    return { objects: withKnownFacts(own, majors), notCompared };
  };
  const theirs = read(live);
  const ours = asRole(read(made), made.database.owner, theirs);
  const rewritten = inOtherWords(ours, theirs, majors);
  return {
    made: rewritten.made,
    live: theirs,
    unseen: [
      ...(seesAll ? [] : secretsIn(live.catalog)),
      ...live.catalog.notCompared.map(nameOf),
      ...incomparable(live.catalog, majors),
      ...rewritten.unsure,
    ],
  };
}

/** Without what a new database of this server has, or a new extension. */
function withoutUsual(object: CatalogObject, { database }: SchemaReading): CatalogObject {
  const { kind, identity } = object;
  if (kind === 'schema' && identity === 'public') {
    return without(object, [
      ...(textOf(object, 'owner') === database.ownerOfPublic ? ['owner'] : []),
      ...(hasUsualPrivileges(object, database) ? ['granted'] : []),
    ]);
  }
  if (kind !== 'extension') return object;
  const usual = Object.entries(database.extensions).find(([name]) => name === identity)?.[1];
  return without(object, [
    ...(textOf(object, 'version') === usual?.version ? ['version'] : []),
    ...(textOf(object, 'comment') === usual?.comment ? ['comment'] : []),
    // Created with each database by the server's own role.
    ...(identity === 'plpgsql' ? ['owner'] : []),
  ]);
}

function without(object: CatalogObject, names: readonly string[]): CatalogObject {
  const facts = Object.entries(object.facts).filter(([name]) => !names.includes(name));
  return { ...object, facts: Object.fromEntries(facts) };
}

/**
 * Files do not say who runs them. So what the role of the throw-away database owns is expected to belong to the role
 * that owns most of it in the live one.
 */
function asRole(made: Catalog, own: string, live: Catalog): Catalog {
  const there = new Map(live.objects.map((object) => [nameOf(object), textOf(object, 'owner')]));
  const counts = new Map<string, number>();
  for (const object of made.objects) {
    const owner = textOf(object, 'owner') === own ? there.get(nameOf(object)) : null;
    if (typeof owner === 'string') counts.set(owner, (counts.get(owner) ?? 0) + 1);
  }
  const [most] = [...counts].toSorted(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  const role = most?.[0] ?? own;
  if (role === own) return made;
  const objects = made.objects.map((object) => renamed(object, own, role));
  return { objects, notCompared: made.notCompared };
}

function renamed(object: CatalogObject, from: string, to: string): CatalogObject {
  const { identity, facts } = object;
  const named = Object.entries(facts).map(([name, fact]): [string, Fact] => {
    if (name === 'owner') return [name, fact === from ? to : fact];
    const isOfRoles = ['granted', 'revoked', 'privileges', 'to'].includes(name);
    if (!isOfRoles || typeof fact !== 'object') return [name, fact];
    return [name, fact.map((line) => inLine(String(line), from, to)).toSorted()];
  });
  return {
    ...object,
    identity: ownOf[object.kind]?.(identity, quoted(from), quoted(to)) ?? identity,
    facts: Object.fromEntries(named),
  };
}

/** For kinds whose names contain a role. */
const ownOf: Readonly<Record<string, (identity: string, from: string, to: string) => string>> = {
  'default acl': (identity, from, to) => startingWith('for role ', identity, from, to),
  setting: (identity, from, to) => startingWith('of ', identity, from, to),
  'user mapping': (identity, from, to) => startingWith('', identity, from, to),
};

function startingWith(words: string, identity: string, from: string, to: string): string {
  const start = `${words}${from} `;
  return identity.startsWith(start) ? `${words}${to} ${identity.slice(start.length)}` : identity;
}

/** `SELECT to app by other`, or a role alone. */
function inLine(line: string, from: string, to: string): string {
  if (line === from) return to;
  const own = line.endsWith(` by ${from}`)
    ? `${line.slice(0, -from.length)}${to}`
    : line.endsWith(` to ${from}`)
      ? `${line.slice(0, -from.length)}${to}`
      : line;
  return own.replace(` to ${from} by `, () => ` to ${to} by `);
}

function quoted(role: string): string {
  return /^[a-z_][a-z0-9_$]*$/.test(role) ? role : `"${role.replaceAll('"', '""')}"`;
}
