import { mask } from '../text/position.js';

/**
 * A definition as the server writes it, with its literals masked. The server's own dollar quotes contain the body of a
 * routine, which is read as SQL; the content of any others is a literal. Comments are recognised, as they may contain
 * single quotes.
 */
export function maskedDefinition(definition: string): string {
  return definition.replace(tokens, (token) => {
    if (/^(?:--|\/\*|"|\$(?:function|procedure)\$)/.test(token)) return token;
    return `'${mask}'`;
  });
}

const tokens = new RegExp(
  [
    String.raw`--[^\n]*`,
    String.raw`\/\*[^]*?(?:\*\/|$)`,
    '"(?:[^"]|"")*"',
    String.raw`\$(?:function|procedure)\$`,
    String.raw`\$([a-z_]*)\$[^]*?(?:\$\1\$|$)`,
    String.raw`(?<!\w)e'(?:[^'\\]|\\[^]|'')*(?:'|$)`,
    "'(?:[^']|'')*(?:'|$)",
  ].join('|'),
  'gi',
);
