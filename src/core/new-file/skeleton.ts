import { headerWords } from '../statements/headers.js';
import { kindOf } from './kind.js';
import { type Kind, skeletons } from './skeletons.js';

/**
 * The text of a new file: the headers it may have, and statements that can run twice, for the kind that its name
 * suggests. What has to be filled in is in `<>`, a syntax error: a file that nobody has completed fails and changes
 * nothing, while one with nothing but comments would count as applied.
 */
export function textOfNewFile(schema: string, name: string): string {
  const kind = kindOf(name);
  const { advice, sql } = skeletons[kind];
  const body = sql.replaceAll('$schema', () => identifier(schema));
  const headers = headerWords.map((word) => `-- pgm:${word}`).join(', ');
  return [
    '-- What it changes, and why.',
    `-- Headers it may have, each on a line of its own: ${headers}`,
    ...(body.includes('<') ? [fillIn] : []),
    ...advice.map((line) => `-- ${line}`),
    ...headersOf(kind),
    '',
    body,
    '',
  ].join('\n');
}

const fillIn = '-- Fill in what is in <>; until then the file fails and changes nothing.';

/** A column cannot be renamed twice. */
function headersOf(kind: Kind): readonly string[] {
  return kind === 'rename' ? ['-- pgm:once'] : [];
}

/** Quoted where PostgreSQL would read it as another name, or as a word of its own. */
function identifier(name: string): string {
  return /^[a-z_][a-z0-9_]*$/.test(name) && !reservedWords.has(name) ? name : `"${name}"`;
}

/** The words that PostgreSQL 14 to 18 accept as a schema name only in quotes: reserved, or for functions and types. */
const reservedWords: ReadonlySet<string> = new Set(
  `
    all analyse analyze and any array as asc asymmetric authorization binary both case cast check
    collate collation column concurrently constraint create cross current_catalog current_date
    current_role current_schema current_time current_timestamp current_user default deferrable desc
    distinct do else end except false fetch for foreign freeze from full grant group having ilike in
    initially inner intersect into is isnull join lateral leading left like limit localtime
    localtimestamp natural not notnull null offset on only or order outer overlaps placing primary
    references returning right select session_user similar some symmetric system_user table
    tablesample then to trailing true union unique user using variadic verbose when where window
    with
  `
    .trim()
    .split(/\s+/),
);
