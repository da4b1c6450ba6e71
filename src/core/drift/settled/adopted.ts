import type { CatalogObject } from '../../catalog/catalog.js';
import { folded, lastName } from '../identity.js';

/** What files say they create, drop and set, whether or not they still had to: idempotent files often find it done. */
export interface Adopted {
  makes(object: CatalogObject): boolean;
  drops(object: CatalogObject): boolean;
  /** Whether one of them sets this fact of a table that they wrote. */
  sets(fact: string): boolean;
}

export const adoptsNothing: Adopted = adoptedBy([]);

/** From the code of the files: see `codeOf`. Each entry is a statement, or a DO block of several. */
export function adoptedBy(codes: readonly string[]): Adopted {
  const statements = codes.flatMap(statementsIn);
  const made = statements.flatMap((statement) => namedBy(statement, making, 'add'));
  const dropped = statements.flatMap((statement) => namedBy(statement, dropping, 'drop'));
  return {
    makes: (object) => made.some((each) => isNamed(each, object) || isOf(each, object)),
    drops: (object) => dropped.some((each) => isNamed(each, object)),
    sets: (fact) => statements.some(({ words }) => factWords[fact]?.test(words) ?? false),
  };
}

interface Statement {
  /** Its words in lower case with one blank between them; a quoted name is `"7"`, with its number in `quoted`. */
  readonly words: string;
  readonly quoted: readonly string[];
}

function statementsIn(code: string): readonly Statement[] {
  const quoted: string[] = [];
  const words = (code.match(tokens) ?? []).map((token) => {
    if (!token.startsWith('"')) return token.toLowerCase();
    return `"${quoted.push(token) - 1}"`;
  });
  return words
    .join(' ')
    .split(' ; ')
    .map((each) => ({ words: each, quoted }));
}

const tokens = /"(?:[^"]|"")*"|''|[\w$\u0080-\uffff]+|\S/g;

const name = String.raw`(?:"\d+"|[\w$\u0080-\uffff]+)`;
const path = String.raw`${name}(?: \. ${name})*`;
const kinds =
  'table|index|view|sequence|schema|extension|type|domain|function|procedure|aggregate|trigger|policy|constraint|column|statistics|collation|server|publication|rule';
const before = 'or replace|unique|unlogged|materialized|foreign|recursive|event|constraint';
const making = new RegExp(
  `(?<![^ ])(?:create (?:(?:${before}) )*|add )(${kinds}) (?:concurrently )?(?:if not exists )?(${path})`,
  'g',
);
const dropping = new RegExp(
  `(?<![^ ])drop (?:(?:${before}) )*(${kinds}) (?:concurrently )?(?:if exists )?(${path}(?: , ${path})*)`,
  'g',
);
/** In ALTER TABLE the word COLUMN may be left out. */
const column = { add: 'if not exists', drop: 'if exists' };
const others =
  'constraint|primary|unique|foreign|check|exclude|column|table|not|default|expression|generated|identity';

interface Named {
  readonly kind: string;
  readonly schema: string | null;
  readonly name: string;
  /** All names in its statement, folded. */
  readonly around: ReadonlySet<string>;
}

function namedBy(statement: Statement, words: RegExp, verb: 'add' | 'drop'): readonly Named[] {
  const around = new Set(statement.words.split(' ').map((word) => valueOf(word, statement)));
  const found = [...statement.words.matchAll(words)].flatMap(([, kind = '', list = '']) =>
    list.split(' , ').map((each) => named(kind === 'domain' ? 'type' : kind, each)),
  );
  return [...found, ...columnsOf()];

  function named(kind: string, written: string): Named {
    const names = written.split(' . ').map((each) => valueOf(each, statement));
    return { kind, schema: names.at(-2) ?? null, name: names.at(-1) ?? '', around };
  }

  function columnsOf(): readonly Named[] {
    if (!/(?:^| )alter (?:foreign )?table /.test(statement.words)) return [];
    const bare = new RegExp(
      `(?<![^ ])${verb} (?:${column[verb]} )?(?!(?:${others}|if)(?: |$))(${name})`,
      'g',
    );
    return [...statement.words.matchAll(bare)].map(([, written = '']) => named('column', written));
  }
}

function valueOf(word: string, { quoted }: Statement): string {
  const at = /^"(\d+)"$/.exec(word)?.[1];
  return at === undefined ? word : folded(quoted[Number(at)] ?? '');
}

function isNamed(each: Named, object: CatalogObject): boolean {
  if (kindWord(object.kind) !== each.kind || each.name !== lastName(object.identity)) return false;
  if (object.table === null || each.kind === 'index')
    return each.schema === null || each.schema === object.schema;
  // A column, constraint, trigger or policy: the statement has to speak of its table, too.
  return each.around.has(lastName(object.table));
}

/** The last word of the kind, as a statement names it. */
function kindWord(kind: string): string {
  return kind === 'statistics object' ? 'statistics' : (kind.split(' ').at(-1) ?? kind);
}

/** Whether it is part of a table that the file creates. */
function isOf(each: Named, { table, schema }: CatalogObject): boolean {
  if (table === null || each.kind !== 'table' || each.name !== lastName(table)) return false;
  return each.schema === null || each.schema === schema;
}

const factWords: Readonly<Record<string, RegExp>> = {
  granted: /\b(?:grant|revoke)\b/,
  revoked: /\b(?:grant|revoke)\b/,
  owner: /\bowner to\b/,
  'row security': /\brow level security\b/,
  'row security for the owner': /\brow level security\b/,
  options: /\b(?:set|with|reset) \(/,
  'toast options': /\b(?:set|with|reset) \(/,
  comment: /\bcomment on\b/,
  'replica identity': /\breplica identity\b/,
  persistence: /\b(?:un)?logged\b/,
  tablespace: /\btablespace\b/,
};
