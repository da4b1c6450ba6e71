import { type CatalogObject, nameOf } from '../../catalog/catalog.js';
import { listOf, notNullBy, type SchemaReading, textOf } from './reading.js';
import { isOfTable, type Printing } from './statements.js';
import { quoting } from './text.js';
import { groupedBy } from '../../text/grouped-by.js';

/** Indexes a reading for quick lookups. */
export function printingOf({ catalog, dependencies, database }: SchemaReading): Printing {
  const { objects } = catalog;
  const byKind = groupedBy(objects, ({ kind }) => kind);
  const byTable = groupedBy(objects, ({ table, kind }) => `${kind} of ${table ?? ''}`);
  const owned = groupedBy(byKind.get('sequence') ?? [], (each) => textOf(each, 'owned by') ?? '');
  const heirs = heirsIn(objects);
  const byName = new Map(objects.map((object) => [nameOf(object), object]));
  const namesOfNotNull = new Set(
    objects.map((object) => JSON.stringify([object.schema, notNullBy(object).name])),
  );
  const quote = quoting(database.keywords);
  const recorded: Printing['dependenciesOf'] = (name) => {
    const object = byName.get(name);
    const own = (dependencies.get(name) ?? []).filter(({ on }) => !isOwner(on, object));
    const whole = wholeOf(object, byName);
    return whole === null ? own : [...own, { on: whole, isPart: true }];
  };
  const dependenciesOf = withCasts(recorded, byKind.get('cast') ?? [], byName);
  return {
    database,
    quote,
    role: (name) => {
      if (name === 'PUBLIC') return name;
      return Object.hasOwn(database.roles, name) ? (database.roles[name] ?? name) : quote(name);
    },
    ofKind: (kind) => byKind.get(kind) ?? [],
    ofTable: (table, kind) => byTable.get(`${kind} of ${table}`) ?? [],
    ownedBy: (column) => owned.get(column)?.[0],
    heirsOf: (table) => heirs.get(table) ?? [],
    named: (name) => byName.get(name),
    find: (kind, identity) => byName.get(nameOf({ kind, identity })),
    dependenciesOf,
    isNameOfNotNull: (schema, name) => namesOfNotNull.has(JSON.stringify([schema, name])),
    reaches: (from, table) =>
      [from, ...reachable(from, dependenciesOf)].some((name) => isOfTable(name, table)),
  };
}

/** The names of the tables that inherit from each table. A partition does not: it is created alone. */
function heirsIn(objects: readonly CatalogObject[]): ReadonlyMap<string, readonly string[]> {
  const heirs = new Map<string, string[]>();
  for (const object of objects) {
    if (textOf(object, 'partition') !== null) continue;
    for (const parent of listOf(object, 'parents')) {
      heirs.set(parent, [...(heirs.get(parent) ?? []), nameOf(object)]);
    }
  }
  return heirs;
}

/** The server does not say which casts an expression needs: so what uses something that a cast uses comes after the cast. */
function withCasts(
  recorded: Printing['dependenciesOf'],
  casts: readonly CatalogObject[],
  byName: ReadonlyMap<string, CatalogObject>,
): Printing['dependenciesOf'] {
  const names = casts.map(nameOf);
  const before = new Set([...names, ...names.flatMap((name) => [...reachable(name, recorded)])]);
  const wholes = new Set([...before].map((name) => byName.get(name)?.identity));
  // What comes with a table or type is created when that is.
  const isBefore = (name: string): boolean =>
    before.has(name) || wholes.has(byName.get(name)?.table ?? '');
  const using = groupedBy(
    names.flatMap((cast) => recorded(cast).map(({ on }) => ({ on, cast }))),
    ({ on }) => on,
  );
  return (name) => {
    const own = recorded(name);
    if (names.length === 0 || isBefore(name)) return own;
    const more = own.flatMap(({ on }) => using.get(on) ?? []);
    return [...own, ...more.map(({ cast }) => ({ on: cast, isPart: false }))];
  };
}

/** The table or type that a column belongs to. */
function wholeOf(
  object: CatalogObject | undefined,
  byName: ReadonlyMap<string, CatalogObject>,
): string | null {
  if (object === undefined || object.table === null || !object.kind.endsWith(' column'))
    return null;
  const kind =
    object.kind === 'composite type column' ? 'type' : object.kind.slice(0, -' column'.length);
  const name = nameOf({ kind, identity: object.table });
  return byName.has(name) ? name : null;
}

/** A column needs its sequence; that the sequence belongs to the column is stated later, by OWNED BY. */
function isOwner(on: string, object: CatalogObject | undefined): boolean {
  return object?.kind === 'sequence' && on === `table column ${textOf(object, 'owned by')}`;
}

/** Everything that an object needs, directly or indirectly. */
export function reachable(
  from: string,
  dependenciesOf: Printing['dependenciesOf'],
): ReadonlySet<string> {
  const seen = new Set<string>();
  const open = [from];
  for (let name = open.pop(); name !== undefined; name = open.pop()) {
    for (const { on } of dependenciesOf(name)) {
      if (seen.has(on)) continue;
      seen.add(on);
      open.push(on);
    }
  }
  return seen;
}
