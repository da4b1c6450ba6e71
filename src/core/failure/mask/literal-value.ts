import type { TextRange } from '../../text/text-range.js';

/**
 * The content of a literal, a quoted identifier or a comment: its range without the delimiters. If it is not closed, the
 * content extends to its end; a range that starts with no delimiter is all content.
 */
export function contentOf(text: string, { start, end }: TextRange): TextRange {
  const open = openingAt(text, start);
  const contentStart = Math.min(start + open.length, end);
  const close = closingOf(open);
  const closed = end - close.length >= contentStart && text.startsWith(close, end - close.length);
  return { start: contentStart, end: closed ? end - close.length : end };
}

/** The value of a literal: without quotes and prefix, with doubled quotes and escapes resolved. */
export function literalValue(text: string, range: TextRange): string {
  const content = contentOf(text, range);
  const raw = text.slice(content.start, content.end);
  const open = openingAt(text, range.start);
  const mark = open.slice(-1);
  if (mark !== "'" && mark !== '"') return raw;
  const value = raw.replaceAll(mark + mark, mark);
  if (/^e/i.test(open)) return unescapeC(value);
  return /^u&/i.test(open) ? unescapeUnicode(value) : value;
}

const opening =
  /\$(?:[A-Za-z_\u0080-\uffff][A-Za-z0-9_\u0080-\uffff]*)?\$|(?:[BENXbenx]|[Uu]&)?'|(?:[Uu]&)?"|--|\/\*/y;

function openingAt(text: string, index: number): string {
  opening.lastIndex = index;
  return opening.exec(text)?.[0] ?? '';
}

function closingOf(open: string): string {
  if (open === '--') return '';
  if (open === '/*') return '*/';
  return open.startsWith('$') ? open : open.slice(-1);
}

/** Resolves `\0041` and `\+000041`, as in U&'…' with the default escape character. */
export function unescapeUnicode(text: string): string {
  return text.replace(/\\(\\|[0-9A-Fa-f]{4}|\+[0-9A-Fa-f]{6})/g, (all, code: string) =>
    code === '\\' ? code : (character(Number.parseInt(code.replace('+', ''), 16)) ?? all),
  );
}

const cEscape =
  /\\(?:u(?<short>[0-9A-Fa-f]{4})|U(?<long>[0-9A-Fa-f]{8})|x(?<hex>[0-9A-Fa-f]{1,2})|(?<octal>[0-7]{1,3})|(?<letter>[\s\S]))/g;

function unescapeC(text: string): string {
  let unescaped = '';
  let end = 0;
  for (const { 0: all, index, groups = {} } of text.matchAll(cEscape)) {
    const { short, long, hex, octal, letter = '' } = groups;
    const code = short ?? long ?? hex;
    unescaped += text.slice(end, index);
    if (code !== undefined) unescaped += character(Number.parseInt(code, 16)) ?? all;
    else if (octal !== undefined) unescaped += character(Number.parseInt(octal, 8)) ?? all;
    else unescaped += controls[letter] ?? letter;
    end = index + all.length;
  }
  return unescaped + text.slice(end);
}

const controls: Readonly<Record<string, string>> = {
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

function character(code: number): string | null {
  return code <= 0x10ffff ? String.fromCodePoint(code) : null;
}
