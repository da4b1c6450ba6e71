import type { ServerError } from '../server-error.js';
import type { MigrationFailure } from '../failure.js';
import { givenAway, hiddenValues, isIn, wordsInRows } from './given-away.js';
import { mask } from '../../text/position.js';
import { clip, maskAllButLast, maskQuoted, quotedIn, quotes } from './quoted.js';
import { isNearPassword } from './readable.js';
import { shownInCode } from './shown-in-code.js';
import { sqlstates } from '../sqlstates.js';
import type { TextRange } from '../../text/text-range.js';

/**
 * The texts of an error, safe to show. The server quotes what it was given: tokens of the file, values of rows, whole
 * statements. A quoted text is masked if it is a literal of the file, is part of one or contains one, and so is every
 * value of a row. What the file also contains outside its literals is the name of something and stays; otherwise no
 * message could name a table whose name is also in some literal. `index` is the position of the error.
 */
export function maskedFields(
  text: string,
  error: ServerError,
  literals: readonly TextRange[],
  index: number | null,
): Pick<MigrationFailure, 'message' | 'detail' | 'hint' | 'context'> {
  const detail = showsRow(error) && error.detail !== null ? withoutRow(error.detail) : error.detail;
  const context = error.where === null ? null : withoutValues(error.where);
  const secrets = secretsIn(text, error, literals);
  const maskField = fieldMask(text, error, { literals, secrets }, index);
  const maskContext = fieldMask(text, error, { literals, secrets: literals }, index);
  const show = (field: string | null): string | null => (field === null ? null : maskField(field));
  return {
    message: maskField(error.message),
    // libxml repeats the document line by line, and quotes nothing.
    detail: error.sqlstate.startsWith('2200') && isXml(error) ? null : show(detail),
    hint: show(error.hint),
    context: context === null ? null : maskContext(context),
  };
}

/** XML errors: 2200L to 2200T. */
function isXml({ sqlstate }: ServerError): boolean {
  return /^2200[L-T]$/.test(sqlstate);
}

/** Violated constraints and views WITH CHECK OPTION: their detail is the key or the row. */
function showsRow({ sqlstate }: ServerError): boolean {
  return sqlstate.startsWith('23') || sqlstate === sqlstates.withCheckOptionViolation;
}

/** `Key (email)=(…) already exists.`, `Failing row contains (…).`; values may contain parentheses, so match up to the last one. */
function withoutRow(detail: string): string {
  const equals = /\)\s*=\s*(?=\()/.exec(detail);
  const from = equals === null ? detail.indexOf('(') : equals.index + equals[0].length;
  const to = detail.lastIndexOf(')');
  return from === -1 || to < from ? detail : `${detail.slice(0, from)}(…)${detail.slice(to + 1)}`;
}

/** Rows, documents and SQL literals in a context. What follows a row is dropped: a row may contain line ends. */
function withoutValues(where: string): string {
  return where
    .replace(/^(COPY [^:"»«“„\n]*)[:"»«“„][\s\S]*$/m, `$1: ${mask}`)
    .replace(/^([^:"»«“„\n]*\bJSON\b[^:"»«“„\n]*):[\s\S]*$/m, `$1: ${mask}`)
    .replace(/\bE'(?:\\[\s\S]|''|[^'\\])*(?:'|$)|'(?:''|[^'])*(?:'|$)/gi, `'${mask}'`)
    .replace(/(\$(?:[A-Za-z_]\w*)?\$)[\s\S]*?(?:\1|$)/g, `$1${mask}$1`);
}

/** Creates the mask for the fields of one error. */
function fieldMask(
  text: string,
  error: ServerError,
  { literals, secrets }: Readonly<Record<'literals' | 'secrets', readonly TextRange[]>>,
  index: number | null,
): (field: string) => string {
  const fields = [error.message, error.detail, error.hint, error.where].filter(
    (field) => field !== null,
  );
  if (isHeaderMismatch(error)) return (field) => clip(maskAllButLast(field));
  if (isAboutEncodings(error)) {
    return (field) => clip(maskQuoted(field, (fragment) => !encoding.test(fragment)));
  }
  const names = [error.schema, error.table, error.column, error.constraint];
  const fragments = new Set(fields.flatMap(quotedIn));
  const all = fields.join('\n');
  const values = hiddenValues(text, secrets, (value) => isIn(value, fragments, all));
  const { quoted, bare } = givenAway(
    [...values, ...wordsInRows(text, secrets, all)],
    fragments,
    all,
  );
  const clear = shownInCode(text, literals, [...fragments, ...bare]);
  const objects = new Set(names.filter((name) => name !== null));
  for (const name of objects) clear.add(name);
  const atLiteral = secrets.some(
    ({ start, end }) => index !== null && start <= index && index < end,
  );
  const aboutValues = error.sqlstate.startsWith('22');
  return (field) => {
    const shown = maskBare(field, bare, clear);
    if (atLiteral) return clip(maskAllQuoted(shown, objects));
    if (aboutValues) return clip(maskValue(shown, clear));
    return clip(maskQuoted(shown, (fragment) => quoted.has(fragment) && !clear.has(fragment)));
  };
}

/** The literals that may not be shown. What these errors quote is the name of an object, even if it is a literal in the file. */
function secretsIn(
  text: string,
  { sqlstate }: ServerError,
  literals: readonly TextRange[],
): readonly TextRange[] {
  const isAboutNames = /^(?:42(?:501|70[1-4]|710|723|883|P0[1-7])|3F000|2BP01|55006)$/.test(
    sqlstate,
  );
  return isAboutNames ? literals.filter((range) => isNearPassword(text, range)) : literals;
}

/** COPY with HEADER MATCH: `got "…", expected "a"`; what was expected is the name of a column. */
function isHeaderMismatch({ sqlstate, routine }: ServerError): boolean {
  return sqlstate === sqlstates.badCopyFileFormat && routine === 'NextCopyFromRawFields';
}

/** A character that an encoding lacks: the message has its bytes, and between quotes the names of encodings. */
function isAboutEncodings({ routine }: ServerError): boolean {
  return /^report_(?:untranslatable_char|invalid_encoding)/.test(routine ?? '');
}

const encoding =
  /^(?:UTF8|SQL_ASCII|LATIN\d+|ISO_8859_\d|WIN\d+|KOI8[RU]|EUC_\w{2}|EUC_JIS_2004|SJIS|SHIFT_JIS_2004|BIG5|GBK|GB18030|UHC|JOHAB|MULE_INTERNAL)$/;

/** Masks the values wherever they appear, except those in `clear`, and those in a quoted name that is. */
export function maskBare(
  field: string,
  bare: readonly string[],
  clear: ReadonlySet<string>,
): string {
  const masked = (part: string): string =>
    bare.reduce((shown, value) => (clear.has(value) ? shown : shown.replaceAll(value, mask)), part);
  let shown = '';
  let from = 0;
  for (const found of field.matchAll(quotes)) {
    if (!clear.has(found.slice(1).join(''))) continue;
    shown += masked(field.slice(from, found.index)) + found[0];
    from = found.index + found[0].length;
  }
  return shown + masked(field.slice(from));
}

/** `invalid value for parameter "work_mem": "…"`: the name that the file shows stays, whatever the value is. */
function maskValue(field: string, clear: ReadonlySet<string>): string {
  const [named = '', name = ''] = /^[^"]*"([\w.]+)": (?=")/.exec(field) ?? [];
  const kept = clear.has(name) ? named : '';
  return kept + maskAllQuoted(field.slice(kept.length), clear);
}

/** From the first quote to the last, as a value may contain quotes itself; unless everything in quotes is clear. */
function maskAllQuoted(field: string, clear: ReadonlySet<string>): string {
  return field.replace(/["»«“„][\s\S]*["»«”“]/, (all) =>
    quotedIn(all).every((fragment) => clear.has(fragment)) && clear.size > 0
      ? all
      : all.slice(0, 1) + mask + all.slice(-1),
  );
}
