/** A text as a literal, where `standard_conforming_strings` is on. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** `WORD value`; nothing without a value. */
export function clause(word: string, value: string | null): readonly string[] {
  return value === null ? [] : [`${word} ${value}`];
}

/** Writes a name as an identifier, with quotes where it needs them. */
export type Quote = (name: string) => string;

export function quoting(keywords: readonly string[]): Quote {
  const known = new Set(keywords);
  return (name) =>
    /^[a-z_][a-z0-9_]*$/.test(name) && !known.has(name) ? name : `"${name.replaceAll('"', '""')}"`;
}

/** A comment of one line, even if the text contains line ends, which would end it. */
export function commentLine(text: string): string {
  return `-- ${text.replaceAll('\\', '\\\\').replaceAll('\r', '\\r').replaceAll('\n', '\\n')}`;
}

/** A statement that is not to run: each of its lines as a comment. */
export function commentedOut(text: string): string {
  return text
    .split(/\r\n|\r|\n/)
    .map((line) => `--   ${line}`.trimEnd())
    .join('\n');
}

/** The identifier at the beginning of a text, with its quotes: `"a b"` of `"a b".c`. */
export function firstName(text: string): string {
  return /^(?:"(?:[^"]|"")*"|[^\s.,()"]+)/.exec(text)?.[0] ?? text;
}

/** An identifier without its quotes. */
export function unquoted(identifier: string): string {
  return identifier.startsWith('"') ? identifier.slice(1, -1).replaceAll('""', '"') : identifier;
}

/** The parts of a list, as parentheses and quotes allow: `a(b,c)` and `"d,e"` of `a(b,c),"d,e"`. */
export function splitList(list: string): readonly string[] {
  const parts = list.match(/(?:"(?:[^"]|"")*"|\((?:"(?:[^"]|"")*"|[^()"])*\)|[^,"(])+/g) ?? [];
  return parts.map((part) => part.trim());
}

/** `s.f` of `s.f(integer,text)`, and what is between the parentheses. */
export function splitCall(identity: string): readonly [name: string, args: string] {
  const name = /^(?:"(?:[^"]|"")*"|[^("])+/.exec(identity)?.[0] ?? identity;
  return [name, identity.slice(name.length + 1, -1)];
}

/** `s.o` of `s.o USING btree`, and the method. */
export function splitMethod(identity: string): readonly [name: string, method: string] {
  const name = /^(?:"(?:[^"]|"")*"|[^\s"])+/.exec(identity)?.[0] ?? identity;
  return [name, identity.slice(`${name} USING `.length)];
}

/** `k=v` as the name and the value. */
export function splitOption(option: string): readonly [name: string, value: string] {
  const at = option.indexOf('=');
  return [option.slice(0, at), option.slice(at + 1)];
}
