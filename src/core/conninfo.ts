import { unreadable, type ConnectionString } from './connection-string.js';

/**
 * Reads libpq's other form, `host=db dbname='my db' password=it\'s`: blanks separate, single quotes hold blanks, a
 * backslash takes the next character as it is.
 */
export function parseConninfo(text: string): ConnectionString {
  if (text.length > longest) {
    return unreadable(
      'it is too long for keyword=value: write postgresql://user:password@host/database',
    );
  }
  const keywords = new Map<string, string>();
  let at = 0;
  while (at < text.length) {
    pair.lastIndex = at;
    const match = pair.exec(text);
    if (match === null) {
      return unreadable(
        "it cannot be read as keyword=value pairs: put a value with blanks in single quotes, write a quote as \\' and " +
          'a backslash as \\\\',
      );
    }
    const [whole, keyword = '', quoted, bare = ''] = match;
    const value = (quoted ?? bare).replace(/\\(.)/gs, '$1');
    if (value !== '') keywords.set(keyword, value);
    at += whole.length;
  }
  return { keywords, hostLeftEmpty: false, problems: [] };
}

const longest = 4096;
const pair = /\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'(?=\s|$)|((?:[^\s'\\]|\\.)*)(?=\s|$))\s*/sy;
