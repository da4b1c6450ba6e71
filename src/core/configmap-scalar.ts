/**
 * Any text as a YAML value that every parser gives back byte for byte. What prints well becomes a literal block. The rest
 * is quoted, still one line of the text to a line, so that a diff shows what changed.
 *
 * `indent`: blanks before each line of the text; the mapping that the value belongs to has two less.
 */
export function yamlText(text: string, indent: number): string {
  if (text === '') return '""';
  return isLiteral(text) ? literal(text, indent) : quoted(text, indent);
}

/** A name on one line: as it is, or quoted where it could be taken for a number or a word of YAML. */
export function yamlName(name: string): string {
  const plain = /^[a-z][-.a-z0-9]*$/.test(name) && !wordsOfYaml.has(name);
  return plain ? name : `"${escaped(name)}"`;
}

const wordsOfYaml: ReadonlySet<string> = new Set([
  ...['true', 'false', 'yes', 'no', 'on', 'off', 'y', 'n', 'null'],
]);

/** Blanks at the end of a line and carriage returns would be kept by parsers, but not by editors and hooks. */
function isLiteral(text: string): boolean {
  return text.trim() !== '' && !/[ \t](?:\n|$)/.test(text) && !notLiteral.test(text);
}

/**
 * What YAML 1.1 or 1.2 does not allow in a block, or takes for a line end, and what nobody can see (turns of direction, other
 * format characters, unassigned ones).
 */
const notLiteral = /[^\n\t\P{C}]|[\p{Zl}\p{Zp}]/u;

function literal(text: string, indent: number): string {
  const body = text.replace(/\n+$/, '');
  const ends = text.length - body.length;
  const chomping = ends === 0 ? '-' : ends === 1 ? '' : '+';
  // Otherwise the first line tells a parser how deep the block is, which it cannot when it begins with a blank itself.
  const indicator = /^[ \t\n]/.test(text) ? '2' : '';
  const lines = body.split('\n').map((line) => (line === '' ? '' : ' '.repeat(indent) + line));
  return `|${indicator}${chomping}\n${lines.join('\n')}${'\n'.repeat(Math.max(0, ends - 1))}`;
}

/** A backslash at the end of a line joins it with the next, whose leading blanks do not count. */
function quoted(text: string, indent: number): string {
  const lines = text.split(/(?<=\n)/).map((line) => escaped(line).replace(/^ /, '\\ '));
  const margin = ' '.repeat(indent);
  return `"\\\n${lines.map((line) => margin + line).join('\\\n')}"`;
}

function escaped(text: string): string {
  return text.replace(/["\\\n\r\t]|[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
    return shortEscapes.get(character) ?? numbered(character.codePointAt(0) ?? 0);
  });
}

const shortEscapes: ReadonlyMap<string, string> = new Map([
  ...([
    ['"', '\\"'],
    ['\\', '\\\\'],
    ['\n', '\\n'],
    ['\r', '\\r'],
    ['\t', '\\t'],
  ] as const),
]);

function numbered(codePoint: number): string {
  const digits = codePoint.toString(16);
  if (codePoint <= 0xff) return `\\x${digits.padStart(2, '0')}`;
  if (codePoint <= 0xffff) return `\\u${digits.padStart(4, '0')}`;
  return `\\U${digits.padStart(8, '0')}`;
}
