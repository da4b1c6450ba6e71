import type { ServerError } from './explain-failure.js';
import type { MigrationFailure } from './failure.js';
import { literalValue } from './literal-value.js';
import { mask } from './position.js';
import { shownInCode } from './shown-in-code.js';
import type { TextRange } from './sql-reading.js';

/**
 * The texts of an error, fit to be shown. The server quotes what it was given: tokens of the file, values of rows, whole
 * statements. A quoted text is masked when it is a literal of the file, a part of one or has one in it, and so is every
 * value of a row. What the file also says in clear, outside its literals, is the name of something and stays; otherwise
 * no message could name a table that a literal somewhere happens to name too. `index` is the place of the error.
 */
export function maskedFields(
  text: string,
  error: ServerError,
  literals: readonly TextRange[],
  index: number | null,
): Pick<MigrationFailure, 'message' | 'detail' | 'hint' | 'context'> {
  const detail = showsRow(error) && error.detail !== null ? withoutRow(error.detail) : error.detail;
  const context = error.where === null ? null : withoutValues(error.where);
  const maskField = fieldMask(text, error, literals, index);
  const show = (field: string | null): string | null => (field === null ? null : maskField(field));
  return {
    message: maskField(error.message),
    // libxml repeats the document line by line, and quotes nothing.
    detail: error.sqlstate.startsWith('2200') && isXml(error) ? null : show(detail),
    hint: show(error.hint),
    context: show(context),
  };
}

/** Codes of XML: 2200L to 2200T. */
function isXml({ sqlstate }: ServerError): boolean {
  return /^2200[L-T]$/.test(sqlstate);
}

/** Broken constraints and views WITH CHECK OPTION: their detail is the key or the row. */
function showsRow({ sqlstate }: ServerError): boolean {
  return sqlstate.startsWith('23') || sqlstate === '44000';
}

/** `Key (email)=(…) already exists.`, `Failing row contains (…).`; values may hold parentheses, so up to the last one. */
function withoutRow(detail: string): string {
  const equals = /\)\s*=\s*(?=\()/.exec(detail);
  const from = equals === null ? detail.indexOf('(') : equals.index + equals[0].length;
  const to = detail.lastIndexOf(')');
  return from === -1 || to < from ? detail : `${detail.slice(0, from)}(…)${detail.slice(to + 1)}`;
}

/** Rows, documents and literals of SQL in a context. What comes after a row is left out: a row may hold line ends. */
function withoutValues(where: string): string {
  return where
    .replace(/^(COPY [^:"»«“„\n]*)[:"»«“„][\s\S]*$/m, `$1: ${mask}`)
    .replace(/^([^:"»«“„\n]*\bJSON\b[^:"»«“„\n]*):[\s\S]*$/m, `$1: ${mask}`)
    .replace(/\bE'(?:\\[\s\S]|''|[^'\\])*(?:'|$)|'(?:''|[^'])*(?:'|$)/gi, `'${mask}'`)
    .replace(/(\$(?:[A-Za-z_]\w*)?\$)[\s\S]*?(?:\1|$)/g, `$1${mask}$1`);
}

/** Makes the mask for the fields of one error. */
function fieldMask(
  text: string,
  error: ServerError,
  literals: readonly TextRange[],
  index: number | null,
): (field: string) => string {
  const fields = [error.message, error.detail, error.hint, error.where].filter(
    (field) => field !== null,
  );
  const names = [error.schema, error.table, error.column, error.constraint];
  const fragments = new Set(fields.flatMap(quotedIn));
  const { quoted, bare } = givenAway(hiddenValues(text, literals), fragments, fields.join('\n'));
  const clear = shownInCode(text, literals, [...fragments, ...bare]);
  for (const name of names) if (name !== null) clear.add(name);
  const atLiteral = literals.some(
    ({ start, end }) => index !== null && start <= index && index < end,
  );
  const aboutValues = error.sqlstate.startsWith('22');
  return (field) => {
    const shown = maskBare(field, bare, clear);
    if (atLiteral) return clip(maskAllQuoted(shown, new Set()));
    if (aboutValues) return clip(maskAllQuoted(shown, clear));
    return clip(maskQuoted(shown, (fragment) => quoted.has(fragment) && !clear.has(fragment)));
  };
}

interface Matches {
  /** Quoted fragments that a literal gives away. */
  readonly quoted: ReadonlySet<string>;
  /** Values of literals that stand in the error, quoted or not; longest first. */
  readonly bare: readonly string[];
}

/** What the literals of a file hold, but for those that are there to be read. */
export function hiddenValues(text: string, literals: readonly TextRange[]): readonly string[] {
  return literals
    .filter((range) => !isReadable(text, range))
    .map((range) => literalValue(text, range));
}

/** Which of these fragments and of these values an error would give away. */
export function givenAway(
  values: readonly string[],
  fragments: ReadonlySet<string>,
  fields: string,
): Matches {
  const quoted = new Set<string>();
  const bare = new Set<string>();
  for (const value of values) {
    for (const fragment of fragments) if (givesAway(value, fragment)) quoted.add(fragment);
    if (isTelling(value) && fields.includes(value)) bare.add(value);
  }
  return { quoted, bare: [...bare].sort((a, b) => b.length - a.length) };
}

/** Masks the values wherever they stand, but for those that are clear. */
export function maskBare(
  field: string,
  bare: readonly string[],
  clear: ReadonlySet<string>,
): string {
  let shown = field;
  for (const value of bare) if (!clear.has(value)) shown = shown.replaceAll(value, mask);
  return shown;
}

/** Shorter parts than this are found in any text by chance. */
export const tellingLength = 4;

function givesAway(value: string, fragment: string): boolean {
  if (value === fragment) return value !== '';
  if (fragment.length >= tellingLength && value.includes(fragment)) return true;
  return value.length >= tellingLength && fragment.includes(value);
}

/** Outside quotes a literal that is a plain word cannot be told from the words of the message. */
function isTelling(value: string): boolean {
  return value.length >= tellingLength && !/^[\p{L}\s_]*$/u.test(value);
}

/** Comments, which no server repeats, and what RAISE is told to say. */
function isReadable(text: string, { start }: TextRange): boolean {
  if (text.startsWith('--', start) || text.startsWith('/*', start)) return true;
  const before = text.slice(Math.max(0, start - 400), start);
  return raiseFormat.test(before) || raiseOption.test(before);
}

const raiseFormat = /\braise\s+(?:(?:debug|log|info|notice|warning|exception)\s+)?$/i;
const raiseOption = /\braise\b[^;]*\b(?:message|detail|hint)\s*:?=\s*$/i;

/** Quotes as the translations of PostgreSQL use them. */
const quotes = /"([^"]*)"|»([^«]*)«|«\s?([^»]*?)\s?»|“([^”]*)”|„([^“”]*)[“”]/g;

export function quotedIn(field: string): readonly string[] {
  return [...field.matchAll(quotes)].map((found) => found.slice(1).join(''));
}

export function maskQuoted(field: string, isSecret: (fragment: string) => boolean): string {
  return field.replace(quotes, (all) => {
    const [fragment = ''] = quotedIn(all);
    return isSecret(fragment) ? all.slice(0, 1) + mask + all.slice(-1) : all;
  });
}

/** From the first quote to the last, for a value may hold quotes itself; unless all that stands in quotes is clear. */
function maskAllQuoted(field: string, clear: ReadonlySet<string>): string {
  return field.replace(/["»«“„][\s\S]*["»«”“]/, (all) =>
    quotedIn(all).every((fragment) => clear.has(fragment)) && clear.size > 0
      ? all
      : all.slice(0, 1) + mask + all.slice(-1),
  );
}

/** UTF-16 units kept of a field: a context can hold a whole statement. */
const longestField = 2000;

export function clip(field: string): string {
  return field.length <= longestField ? field : `${field.slice(0, longestField)}…`;
}
