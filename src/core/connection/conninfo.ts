import { accepted, refused, type Parsed } from '../text/words.js';

/**
 * Reads the keyword/value form, `host=db dbname='my db' password=it\'s`: pairs are separated by spaces, values with
 * spaces are in single quotes, and a backslash escapes the next character.
 */
export function parseConninfo(text: string): Parsed<ReadonlyMap<string, string>> {
  if (text.length > longest) {
    return refused(
      'it is too long for keyword=value: write postgresql://user:password@host/database',
    );
  }
  const keywords = new Map<string, string>();
  let at = 0;
  while (at < text.length) {
    pair.lastIndex = at;
    const match = pair.exec(text);
    if (match === null) {
      return refused(
        "it cannot be read as keyword=value pairs: put a value with spaces in single quotes, write a quote as \\' and " +
          'a backslash as \\\\',
      );
    }
    const [whole, keyword = '', quoted, bare = ''] = match;
    const value = (quoted ?? bare).replace(/\\(.)/gs, '$1');
    if (value !== '') keywords.set(keyword, value);
    at += whole.length;
  }
  return accepted(keywords);
}

const longest = 4096;
const pair = /\s*(\w+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'(?=\s|$)|((?:[^\s'\\]|\\.)*)(?=\s|$))\s*/sy;
