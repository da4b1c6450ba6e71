import type * as LibPgQuery from 'libpg-query';
import type { CommonTableExpr, Node, WithClause } from 'libpg-query';
import type { Body, Grammar, Parsed, Statement } from '../../core/grammar/statement.js';
import { createdBy } from './created.js';
import { type IndexOf, offsetsOf } from './tree/offsets.js';
import type { Around } from './tree/raw.js';
import { mayHaveNewer, newerIn } from './newer.js';
import { parseRoutine } from './parse-routine.js';
import { mayHavePassword, passwordsIn } from './passwords.js';
import { readBody, type TextPlace } from './read/read-body.js';
import { readForm } from './read/read-form.js';
import { readQuery } from './read/read-query.js';
import { type Source, sourceOfDo, sourceOfFunction } from './read/read-routine.js';
import { shortenRows } from './tree/shorten-rows.js';

type Library = Pick<typeof LibPgQuery, 'parseSync' | 'parsePlPgSQLSync'>;

/** Loads PostgreSQL's grammar, which takes some 50 ms. */
export async function openGrammar(): Promise<Grammar> {
  const library = await import('libpg-query');
  await library.loadModule();
  return new GrammarReader(library);
}

class GrammarReader implements Grammar {
  constructor(readonly library: Library) {}

  parse(text: string, { start, end }: { readonly start: number; readonly end: number }): Parsed {
    const [first] = this.#parseAll(text.slice(start, end), { index: start, isExact: true });
    return first ?? { kind: 'unread', reason: 'there is no statement', at: start };
  }

  #parseAll(text: string, { index: start, isExact }: TextPlace): readonly Parsed[] {
    const { text: shortened, cut, length } = shortenRows(text);
    const near = offsetsOf(shortened, start);
    const indexOf: IndexOf = (byte) => {
      if (!isExact) return start;
      const index = near(byte);
      return index - start < cut ? index : index + length;
    };
    const hasNewer = mayHaveNewer(shortened);
    const hasPassword = mayHavePassword(shortened);
    try {
      const { stmts = [] } = this.library.parseSync(shortened);
      return stmts.flatMap(({ stmt, stmt_location: location }): readonly Parsed[] => {
        if (stmt === undefined) return [];
        const at = indexOf(location);
        const blanks = isExact ? text.slice(at - start).search(/\S/) : 0;
        const ctes = noNames;
        const file = { text, start, isExact, indexOf, ctes, hasNewer, hasPassword };
        return [
          { kind: 'parsed', statement: this.#statement(stmt, at + Math.max(0, blanks), file) },
        ];
      });
    } catch (error) {
      return [{ kind: 'unread', reason: reasonOf(error), at: indexOf(positionOf(error)) }];
    }
  }

  #statement(node: Node, at: number, file: Text): Statement {
    const around: Around = {
      at,
      indexOf: (byte) => (byte === undefined ? at : file.indexOf(byte)),
      ctes: namesOf(ctesOf(node), file.ctes),
      query: (query) => readQuery(query, around),
    };
    const creates = createdBy(node, around);
    const form = readForm(node, around, creates !== null);
    const nested = {
      text: file.text,
      start: file.start,
      isExact: file.isExact,
      indexOf: file.indexOf,
      ctes: around.ctes,
      hasNewer: false,
      hasPassword: false,
    };
    // Not spread with `...`: each copy would get its own hidden class, which only a full collection frees.
    return Object.assign(form, {
      at,
      creates,
      writes: writesIn(node).map((each) => this.#statement(each, at, nested)),
      newer: file.hasNewer ? newerIn(node, around) : [],
      passwords: file.hasPassword ? passwordsIn(node, around) : [],
      body: this.#body(node, at, file),
    });
  }

  #body(node: Node, at: number, { text, start, isExact }: Text): Body | null {
    const source = sourceOf(node);
    if (source === null) return null;
    const isFunction = 'CreateFunctionStmt' in node;
    const found = text.indexOf(source.text, at - start);
    return readBody(source, {
      // If quotes in it are doubled, or there are escapes, the text in the file is different.
      index: isExact && found !== -1 ? start + found : null,
      fallback: at,
      routine: () =>
        parseRoutine(asRoutine(source, isFunction ? text : null), (sql) =>
          this.library.parsePlPgSQLSync(sql),
        ),
      parse: (sql, place) => this.#parseAll(sql, place),
      reasonOf,
    });
  }
}

interface Text {
  readonly text: string;
  /** Where it begins in the file. */
  readonly start: number;
  /** See `TextPlace`. */
  readonly isExact: boolean;
  readonly indexOf: IndexOf;
  /** The names of a WITH around it. */
  readonly ctes: ReadonlySet<string>;
  /** False if it certainly has nothing newer than PostgreSQL 14. */
  readonly hasNewer: boolean;
  /** False if it certainly has no password. */
  readonly hasPassword: boolean;
}

function sourceOf(node: Node): Source | null {
  if ('DoStmt' in node) return sourceOfDo(node.DoStmt);
  return 'CreateFunctionStmt' in node ? sourceOfFunction(node.CreateFunctionStmt) : null;
}

/** A statement around the text that PL/pgSQL's parser accepts: the function's own, because it declares the arguments. */
function asRoutine({ text }: Source, own: string | null): string {
  if (own !== null) return own;
  let tag = '$pgm$';
  while (text.includes(tag)) tag = tag.replace(/.$/, 'x$');
  return `DO ${tag}${text}${tag}`;
}

const noNames: ReadonlySet<string> = new Set();

function namesOf(
  own: readonly CommonTableExpr[],
  around: ReadonlySet<string>,
): ReadonlySet<string> {
  if (own.length === 0) return around;
  return new Set([...around, ...own.map(({ ctename }) => ctename ?? '')]);
}

/** INSERT, UPDATE, DELETE and MERGE in the WITH of a statement. */
function writesIn(node: Node): readonly Node[] {
  return ctesOf(node).flatMap(({ ctequery }) =>
    ctequery === undefined || 'SelectStmt' in ctequery ? [] : [ctequery],
  );
}

function ctesOf(node: Node): readonly CommonTableExpr[] {
  const [content] = Object.values(node) as readonly { readonly withClause?: WithClause }[];
  return (content?.withClause?.ctes ?? []).flatMap((each) =>
    'CommonTableExpr' in each ? [each.CommonTableExpr] : [],
  );
}

/** The parser's message without what may be a literal; its other errors are not errors in the SQL. */
function reasonOf(error: unknown): string {
  if (error instanceof RangeError) return 'it is nested too deeply for the parser';
  const message = error instanceof Error ? error.message : String(error);
  if (/memory exhausted/.test(message)) return 'it is nested too deeply for the parser';
  const near = / at or near "([^]*)"$/.exec(message);
  if (near === null) return /"/.test(message) ? 'the grammar refuses it' : message;
  const [words, token = ''] = near;
  return /^(?:[A-Za-z_]+|[^\w'"$\s]{1,2})$/.test(token) ? message : message.replace(words, '');
}

function positionOf(error: unknown): number | undefined {
  const { sqlDetails } = error as { readonly sqlDetails?: { readonly cursorPosition: number } };
  return sqlDetails?.cursorPosition;
}
