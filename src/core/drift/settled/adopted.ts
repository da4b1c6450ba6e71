import type { CatalogObject } from '../../catalog/catalog.js';
import { folded, lastName } from '../identity.js';

/** What files say they create, drop and set, whether or not they still had to: idempotent files often find it done. */
export interface Adopted {
  makes(object: CatalogObject): boolean;
  drops(object: CatalogObject): boolean;
  /** Whether one of them sets this fact of the object; null: of any object, as its name may be known only at run time. */
  sets(fact: string, object: CatalogObject | null): boolean;
}

export const adoptsNothing: Adopted = adoptedBy([]);

/** From the code of the files: see `codeOf`. Each entry is a statement, or a DO block of several. */
export function adoptedBy(codes: readonly string[]): Adopted {
  const statements = codes.flatMap(statementsIn);
  const made = statements.flatMap((statement) => namedBy(statement, making, 'add'));
  const dropped = statements.flatMap((statement) => namedBy(statement, dropping, 'drop'));
  const sets: Adopted['sets'] = (fact, object) =>
    statements.some(
      (each) =>
        factWords[fact]?.test(each.words) === true &&
        (object === null || isAbout(each, fact, object)),
    );
  const isSet = (object: CatalogObject): boolean =>
    object.kind === 'setting' && sets('values', object);
  return {
    makes: (object) =>
      isSet(object) || made.some((each) => isNamed(each, object) || isOf(each, object)),
    drops: (object) => isSet(object) || dropped.some((each) => isNamed(each, object)),
    sets,
  };
}

interface Statement {
  /** Its words in lower case with one blank between them; a quoted name is `"7"`, with its number in `quoted`. */
  readonly words: string;
  readonly quoted: readonly string[];
  /** All its names and other words, folded. */
  readonly names: ReadonlySet<string>;
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
    .map((each) => {
      return {
        words: each,
        quoted,
        names: new Set(each.split(' ').map((word) => valueOf(word, quoted))),
      };
    });
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
  readonly around: Statement['names'];
}

function namedBy(statement: Statement, words: RegExp, verb: 'add' | 'drop'): readonly Named[] {
  const { quoted, names: around } = statement;
  const found = [...statement.words.matchAll(words)].flatMap(([, kind = '', list = '']) =>
    list.split(' , ').map((each) => named(kind === 'domain' ? 'type' : kind, each)),
  );
  return [...found, ...columnsOf()];

  function named(kind: string, written: string): Named {
    const names = written.split(' . ').map((each) => valueOf(each, quoted));
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

function valueOf(word: string, quoted: Statement['quoted']): string {
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

/** Whether a statement can be about this fact of the object. */
function isAbout({ words, names }: Statement, fact: string, object: CatalogObject): boolean {
  const { kind, identity, table } = object;
  // Files do not know the name of their database.
  if (kind === 'setting') return true;
  if (table !== null && !names.has(lastName(table))) return false;
  if (fact === 'comment' && !words.includes(`${kindWord(kind)} `)) return false;
  if (fact === 'enabled' && / trigger (?:all|user)\b/.test(words)) return true;
  return fact === 'position' || names.has(lastName(identity));
}

/** Statements that take effect whatever there is: one that creates something only if it is missing sets nothing. */
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
  persistence: /\bset (?:un)?logged\b/,
  tablespace: /\bset tablespace\b/,
  'not null': /\b(?:set|drop) not null\b/,
  'not null by': /\b(?:set|drop) not null\b/,
  'not null comment': /\bcomment on constraint\b/,
  default: /\bdrop default\b/,
  identity: /\bdrop identity\b/,
  generated: /\bdrop expression\b/,
  position: /\b(?:add|drop)\b/,
  labels: /\badd value\b/,
  enabled: /\b(?:enable|disable)\b/,
  definition: /\bvalidate constraint\b/,
  'not valid': /\bvalidate constraint\b/,
  'clustered by': /\bcluster on\b|\bwithout cluster\b/,
  version: /\balter extension\b/,
  values: /\balter (?:database|role|user)\b/,
};
