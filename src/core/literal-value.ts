import type { TextRange } from './sql-reading.js';

/**
 * What a literal, a quoted identifier or a comment holds: its range without the delimiters. One that is not closed holds
 * all up to its end; a stretch that opens with no delimiter is its own content.
 */
export function contentOf(text: string, { start, end }: TextRange): TextRange {
  const open = openingAt(text, start);
  const contentStart = Math.min(start + open.length, end);
  const close = closingOf(open);
  const closed = end - close.length >= contentStart && text.startsWith(close, end - close.length);
  return { start: contentStart, end: closed ? end - close.length : end };
}

/** The value of a literal: without quotes and prefix, doubled quotes and escapes resolved. */
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
  /\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|([\s\S]))/g;

function unescapeC(text: string): string {
  return text.replace(
    cEscape,
    (all, short?: string, long?: string, hex?: string, octal?: string, letter: string = '') => {
      const code = short ?? long ?? hex;
      if (code !== undefined) return character(Number.parseInt(code, 16)) ?? all;
      if (octal !== undefined) return character(Number.parseInt(octal, 8)) ?? all;
      return controls[letter] ?? letter;
    },
  );
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
