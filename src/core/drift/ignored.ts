import type { CatalogObject } from '../catalog/catalog.js';

/** Which objects are left out, by patterns as psql's: `audit`, `part*`, `public.events_*`, `"Odd Name"`. */
export type IsIgnored = (object: Pick<CatalogObject, 'identity' | 'schema' | 'table'>) => boolean;

/**
 * A pattern names schemas, or with a dot objects in them and what belongs to those. `*` stands for any characters, `?`
 * for one; letters are lower case outside double quotes. Objects outside any schema are never left out.
 */
export function ignoring(patterns: readonly string[]): IsIgnored {
  const read = patterns.map(readPattern);
  return ({ identity, schema, table }) =>
    schema !== null &&
    read.some(({ schemas, names }) => {
      if (!schemas.test(schema)) return false;
      return names === null || names.test(ownName(table ?? identity, schema));
    });
}

interface Pattern {
  readonly schemas: RegExp;
  /** Null for all. */
  readonly names: RegExp | null;
}

function readPattern(pattern: string): Pattern {
  const [schemas = '', ...names] = partsOf(pattern);
  return { schemas: matching(schemas), names: names[0] === undefined ? null : matching(names[0]) };
}

/** What is wrong with a pattern; null if nothing is. */
export function faultOf(pattern: string): string | null {
  const quotes = pattern.split('"').length - 1;
  if (quotes % 2 === 1) return 'a double quote is not closed';
  const parts = partsOf(pattern);
  if (parts.some((part) => part === '')) return 'there is nothing before or after a dot';
  return parts.length > 2 ? 'it has more than one dot' : null;
}

/** The sources of regular expressions. */
function partsOf(pattern: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (const [token] of pattern.matchAll(/"(?:[^"]|"")*"|[^]/g)) {
    if (token === '.') {
      parts.push(part);
      part = '';
    } else part += token.length > 1 ? quoted(token) : sourceOf(token);
  }
  return [...parts, part];
}

function quoted(token: string): string {
  return escaped(token.slice(1, -1).replaceAll('""', '"'));
}

function sourceOf(letter: string): string {
  if (letter === '*') return '.*';
  return letter === '?' ? '.' : escaped(letter.toLowerCase());
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}

function matching(source: string): RegExp {
  return new RegExp(`^(?:${source})$`, 's');
}

/** The name within its schema, without the arguments of a function, from `public.users` or `trigger on public.users`. */
function ownName(identity: string, schema: string): string {
  const [, name = ''] = /^((?:"(?:[^"]|"")*"|[^"(])*)/.exec(identity) ?? [];
  const within =
    [`"${schema.replaceAll('"', '""')}".`, `${schema}.`].find((each) => name.startsWith(each)) ??
    '';
  const rest = name.slice(within.length);
  return /^"(?:[^"]|"")*"$/.test(rest) ? rest.slice(1, -1).replaceAll('""', '"') : rest;
}
