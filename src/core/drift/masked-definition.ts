import { mask } from '../text/position.js';

/**
 * A definition as the server writes it, with its literals masked. The server's own dollar quotes contain the body of a
 * routine, which is read as SQL, or masked as a whole if its language is another; the content of any others is a literal.
 * Comments are recognised, as they may contain single quotes.
 */
export function maskedDefinition(definition: string): string {
  const language = / LANGUAGE (\S+)$/m.exec(definition)?.[1] ?? 'sql';
  return definition.replace(likeSql.has(language) ? withBody : literals, (token) => {
    if (/^(?:--|\/\*|")/.test(token) || bodyQuotes.test(token)) return token;
    return `'${mask}'`;
  });
}

/** Languages with the literals and comments of SQL, and those whose body is only a name. */
const likeSql: ReadonlySet<string> = new Set(['sql', 'plpgsql', 'internal', 'c']);

const bodyQuotes = /^\$(?:function|procedure)\$$/;

/** Comments may be within comments, up to a depth that nobody writes. It matches any beginning, so it never goes back. */
let comment = String.raw`\/\*`;
for (let depth = 0; depth < 4; depth += 1) {
  comment = String.raw`\/\*(?:[^*\/]+|\*(?!\/)|\/(?!\*)|${comment})*(?:\*\/|$)`;
}

const sources = [
  String.raw`--[^\n]*`,
  comment,
  '"(?:[^"]|"")*"',
  String.raw`\$([a-z_]*)\$[^]*?(?:\$\1\$|$)`,
  String.raw`(?<!\w)e'(?:[^'\\]|\\[^]|'')*(?:'|$)`,
  "'(?:[^']|'')*(?:'|$)",
];

const literals = new RegExp(sources.join('|'), 'gi');
const withBody = new RegExp([String.raw`\$(?:function|procedure)\$`, ...sources].join('|'), 'gi');
