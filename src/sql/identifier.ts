import { unescapeUnicode } from '../core/literal-value.js';

/** An identifier as the catalog has it: unquoted ones in small letters, and none longer than 63 bytes. */
export function identifierValue(source: string): string {
  return truncated(unquoted(source));
}

function unquoted(source: string): string {
  const quoted = /^(U&)?"([\s\S]*)"$/i.exec(source);
  if (quoted === null) return source.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
  const [, unicode, content = ''] = quoted;
  const value = content.replaceAll('""', '"');
  return unicode === undefined ? value : unescapeUnicode(value);
}

/** Cut as the server cuts, never inside a character. */
function truncated(name: string): string {
  const bytes = Buffer.from(name);
  if (bytes.length <= longest) return name;
  let end = longest;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.toString('utf8', 0, end);
}

const longest = 63;
