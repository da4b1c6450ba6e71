/** A range of the file, in UTF-16 units. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/**
 * A comment that is alone on its line. In `text`, one in a block, with a single line of words, reads as if it began with `--`,
 * and has no end: the indices are the same.
 */
export interface LineComment extends Span {
  readonly text: string;
}

/** What of a comment is shown: up to `length`, or all of one in a block; of several lines, the one with its words. */
export function shownOf({ start, end, text }: LineComment, length: number): Span {
  const isBlock = start + text.length < end;
  if (!isBlock) return { start, end: start + text.slice(0, length).trimEnd().length };
  const words = text.search(/[\p{L}\p{N}]/u);
  const [above = ''] = /^(?:[\s\S]*[\r\n])?\s*/.exec(text.slice(0, words)) ?? [];
  const [line = ''] = /^[^\r\n]*/.exec(text.slice(above.length)) ?? [];
  const isLast = above.length + line.length === text.length;
  const shownEnd = start + above.length + line.trimEnd().length;
  return { start: start + above.length, end: isLast ? end : shownEnd };
}

/** Matches a comment that only says one of these words, as people head the halves of a file: `-- 2. Down script`. */
function label(words: string): RegExp {
  const before = String.raw`(?:(?:migrat(?:e|ions?)|schema|section|name|part|step)[^\p{L}]+|(?<=\+)[\w-]+\s+)?`;
  const after = String.raw`(?:[^\p{L}(]+(?:migrations?|scripts?|sections?|parts?|steps?|sql))?(?:\s*\([^)]*\))?`;
  return new RegExp(String.raw`^--[^\p{L}]*${before}(?:${words})${after}[^\p{L}]*$`, 'iu');
}

interface Labels {
  /** Words that mean nothing else when both of them head a part of one file. */
  readonly pairs: readonly (readonly [up: RegExp, down: RegExp])[];
  readonly alone: RegExp;
  readonly any: RegExp;
}

let made: Labels | null = null;

/** Made when first needed: few files have a comment that could be one. */
function labels(): Labels {
  return (made ??= {
    pairs: [
      [label('up'), label('down')],
      [label('upgrade'), label('downgrade')],
      [label('forwards?'), label('backwards?')],
      [label('migrat(?:e|ion)|up'), label('rollback')],
    ],
    alone: label('down|downgrade|backwards?|rollback|undo|revert|reverse'),
    any: label(
      'up|down|upgrade|downgrade|forwards?|backwards?|migrat(?:e|ion)|rollback|undo|revert|reverse',
    ),
  });
}

export function isLabel(comment: string): boolean {
  return comment.length < 200 && labels().any.test(comment);
}

/**
 * The comment that heads a half of the file which undoes the other half, whatever tool it is for. Only if that is certain:
 * the statement right below the comment undoes something, and either the other half is headed by the opposite word, or every
 * table created above is dropped below (if there is none, everything else that was created).
 */
export function undoingHalf(
  text: string,
  comments: readonly LineComment[],
  statements: readonly Span[],
): LineComment | null {
  const { pairs, alone } = labels();
  for (const [at, comment] of comments.entries()) {
    if (!alone.test(comment.text)) continue;
    const below = statements.filter(({ start }) => start > comment.start);
    const above = statements.slice(0, statements.length - below.length);
    const [first] = below;
    if (first === undefined || above.length === 0) continue;
    // Only blanks are between them: a comment there could hold the statement that was meant.
    const isRightBelow = text.slice(comment.end, first.start).trim() === '';
    if (!isRightBelow || !takesBack.test(text.slice(first.start, first.end))) continue;
    const earlier = comments.slice(0, at);
    const isPair = pairs.some(
      ([up, down]) => down.test(comment.text) && earlier.some((other) => up.test(other.text)),
    );
    if (isPair || dropsAll(text, above, below)) return comment;
  }
  return null;
}

const takesBack = /^(?:drop|delete|truncate|revoke|alter|update)\b/i;

function dropsAll(text: string, above: readonly Span[], below: readonly Span[]): boolean {
  const all = named(text, above, created);
  const tables = all.filter(({ kind }) => kind === 'table');
  const made = tables.length > 0 ? tables : all;
  const gone = new Set(named(text, below, dropped).map(({ name }) => name));
  return made.length > 0 && made.every(({ name }) => gone.has(name));
}

const kinds =
  'table|view|materialized view|sequence|type|domain|function|procedure|schema|index|extension|role';
const name = String.raw`((?:"[^"]+"|[\p{L}_][\p{L}\p{N}_$]*)(?:\s*\.\s*(?:"[^"]+"|[\p{L}_][\p{L}\p{N}_$]*))?)`;
const created = new RegExp(
  String.raw`^create\s+(?:or\s+replace\s+)?(?:unlogged\s+|unique\s+)?(${kinds})\s+(?:concurrently\s+)?(?:if\s+not\s+exists\s+)?${name}`,
  'iu',
);
const dropped = new RegExp(
  String.raw`^drop\s+(${kinds})\s+(?:concurrently\s+)?(?:if\s+exists\s+)?${name}`,
  'iu',
);

/** By the last part of the name. */
function named(
  text: string,
  statements: readonly Span[],
  pattern: RegExp,
): readonly { readonly kind: string; readonly name: string }[] {
  return statements.flatMap(({ start, end }) => {
    const found = pattern.exec(text.slice(start, Math.min(end, start + longestHead)));
    if (found === null) return [];
    const [, kind = '', whole = ''] = found;
    const last = /[^.\s]+$/.exec(whole)?.[0] ?? whole;
    return [{ kind: kind.toLowerCase(), name: folded(last) }];
  });
}

/** UTF-16 units: more than a statement needs up to its name. */
const longestHead = 400;

function folded(word: string): string {
  return word.startsWith('"') ? word.slice(1, -1) : word.toLowerCase();
}
