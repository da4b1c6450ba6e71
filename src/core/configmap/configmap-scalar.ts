/**
 * Writes any text as a YAML value that every parser reads back byte for byte: a literal block where that is safe,
 * otherwise a quoted string with one line per line of the text, so that diffs stay readable.
 *
 * `indent` is the number of spaces before each line of the text; the mapping around the value has two fewer.
 */
export function yamlText(text: string, indent: number): string {
  if (text === '') return '""';
  return isLiteral(text) ? literal(text, indent) : quoted(text, indent);
}

/** A name on one line: plain, or quoted where YAML could read it as something other than a string. */
export function yamlName(name: string): string {
  return /^[a-z][-.a-z0-9]*$/.test(name) && !wordOfYaml.test(name) ? name : `"${escaped(name)}"`;
}

/** Any text on one line: plain where no parser reads it as anything but this text. */
export function yamlWord(text: string): string {
  const isPlain =
    yamlName(text) === text ||
    /^(?:--|\/|\$\()[\w./()-]+$/.test(text) ||
    /^[a-zA-Z][\w.-]*[=~:/][\w.~^=:@/-]*[\w/-]$/.test(text);
  if (isPlain) return text;
  return /[\p{C}\p{Zl}\p{Zp}]/u.test(text) ? yamlName(text) : `'${text.replaceAll("'", "''")}'`;
}

const wordOfYaml = /^(?:true|false|yes|no|on|off|y|n|null)$/;

/** Parsers keep trailing spaces and carriage returns, but editors and commit hooks may remove them. */
function isLiteral(text: string): boolean {
  return text.trim() !== '' && !/[ \t](?:\n|$)/.test(text) && !notLiteral.test(text);
}

/**
 * Characters that YAML 1.1 or 1.2 forbids in a block or reads as a line end, and invisible ones (bidi controls, other
 * format characters, unassigned code points).
 */
const notLiteral = /[^\n\t\P{C}]|[\p{Zl}\p{Zp}]/u;

function literal(text: string, indent: number): string {
  const body = text.replace(/\n+$/, '');
  const ends = text.length - body.length;
  const chomping = ends === 0 ? '-' : ends === 1 ? '' : '+';
  // Parsers take the indentation from the first line, which does not work when that line starts with a space.
  const indicator = /^[ \t\n]/.test(text) ? '2' : '';
  const lines = body.split('\n').map((line) => (line === '' ? '' : ' '.repeat(indent) + line));
  return `|${indicator}${chomping}\n${lines.join('\n')}${'\n'.repeat(Math.max(0, ends - 1))}`;
}

/** A backslash at the end joins a line with the next one, whose leading spaces are ignored. */
function quoted(text: string, indent: number): string {
  const lines = text.split(/(?<=\n)/).map((line) => escaped(line).replace(/^ /, '\\ '));
  const margin = ' '.repeat(indent);
  return `"\\\n${lines.map((line) => margin + line).join('\\\n')}"`;
}

/** As in JSON, which is YAML; invisible characters as numbers, as YAML 1.1 parsers could take them for line ends. */
function escaped(text: string): string {
  return JSON.stringify(text)
    .slice(1, -1)
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (character) => {
      const digits = (character.codePointAt(0) ?? 0).toString(16);
      return digits.length > 4 ? `\\U${digits.padStart(8, '0')}` : `\\u${digits.padStart(4, '0')}`;
    });
}
