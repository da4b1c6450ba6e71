import type { CatalogObject } from '../catalog/catalog.js';

/** What files say they make, drop and set, whether or not they still had to: idempotent files often find it done. */
export interface Adopted {
  makes(object: CatalogObject): boolean;
  drops(object: CatalogObject): boolean;
  /** Whether something in them sets a fact of a table that they wrote. */
  sets(fact: string): boolean;
}

const name = String.raw`("(?:[^"]|"")+"|[\w$\u0080-\uffff]+)`;
const names = String.raw`${name}(?:\s*\.\s*${name})?`;
const kinds =
  'table|index|view|sequence|schema|extension|type|domain|function|procedure|aggregate|trigger|policy|constraint|column|statistics|collation|server|publication|rule';
const before = String.raw`(?:or\s+replace|unique|unlogged|materialized|foreign|recursive|event)\s+`;

const making = new RegExp(
  String.raw`\b(?:create\s+(?:${before})*|add\s+)(${kinds})\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?${names}`,
  'gi',
);
const dropping = new RegExp(
  String.raw`\bdrop\s+(?:${before})*(${kinds})\s+(?:concurrently\s+)?(?:if\s+exists\s+)?${names}`,
  'gi',
);

/** By words alone, whatever they stand in: a name that only looks like one is of no consequence unless it is a drift's. */
export function adoptedBy(texts: readonly string[]): Adopted {
  const text = texts.join(';\n');
  const made = [...text.matchAll(making)].map(namedIn);
  const dropped = [...text.matchAll(dropping)].map(namedIn);
  const isMade = (object: CatalogObject): boolean =>
    made.some((each) => isNamed(each, object, text));
  return {
    makes: (object) =>
      isMade(object) || (object.table !== null && made.some((each) => isOf(each, object))),
    drops: (object) => dropped.some((each) => isNamed(each, object, text)),
    sets: (fact) => factWords[fact]?.test(text) ?? false,
  };
}

interface Named {
  readonly kind: string;
  readonly schema: string | null;
  readonly name: string;
}

function namedIn([, kind = '', first = '', second]: RegExpMatchArray): Named {
  const word = kind.toLowerCase() === 'domain' ? 'type' : kind.toLowerCase();
  if (second === undefined) return { kind: word, schema: null, name: folded(first) };
  return { kind: word, schema: folded(first), name: folded(second) };
}

function folded(identifier: string): string {
  if (!identifier.startsWith('"')) return identifier.toLowerCase();
  return identifier.slice(1, -1).replaceAll('""', '"');
}

function isNamed(each: Named, object: CatalogObject, text: string): boolean {
  if (!object.kind.split(' ').includes(each.kind)) return false;
  if (each.name !== lastName(object.identity)) return false;
  if (object.table === null) return each.schema === null || each.schema === object.schema;
  // A column, constraint, trigger or policy: the file has to speak of its table, too.
  return each.kind === 'index' || text.toLowerCase().includes(lastName(object.table).toLowerCase());
}

/** A part of a table that the file makes. */
function isOf(each: Named, { table, schema }: CatalogObject): boolean {
  if (each.kind !== 'table' || each.name !== lastName(table ?? '')) return false;
  return each.schema === null || each.schema === schema;
}

/** `email` of `public.users.email`, `f` of `public.f(integer)`, `t` of `t on public.users`. */
export function lastName(identity: string): string {
  const parts = identity.match(/"(?:[^"]|"")*"|[^".\s(]+|[.\s(]/g) ?? [];
  const end = parts.findIndex((part) => part === ' ' || part === '(');
  const last = parts.slice(0, end === -1 ? undefined : end).at(-1) ?? '';
  return folded(last.startsWith('"') ? last : `"${last}"`);
}

const factWords: Readonly<Record<string, RegExp>> = {
  granted: /\b(?:grant|revoke)\b/i,
  revoked: /\b(?:grant|revoke)\b/i,
  owner: /\bowner\b/i,
  'row security': /\brow\s+level\s+security\b/i,
  'row security for the owner': /\brow\s+level\s+security\b/i,
  options: /\b(?:set|with)\s*\(/i,
  'toast options': /\b(?:set|with)\s*\(/i,
  comment: /\bcomment\b/i,
  'replica identity': /\breplica\s+identity\b/i,
  persistence: /\blogged\b|\bunlogged\b/i,
  tablespace: /\btablespace\b/i,
};
