import type { ToolFolder } from '../foreign/tool-folder.js';

/** What a file may have been before it was imported; `all`: nothing else is possible. */
export interface OriginalTexts {
  readonly texts: readonly string[];
  readonly all: boolean;
}

/** For a file that was imported whole. A line that pgm wrote, and one of the tool that it left out, are undone. */
export function originalTexts(sql: string, { outside }: ToolFolder): OriginalTexts {
  const [header] = /^-- pgm:no-transaction\r?\n/.exec(sql) ?? [];
  if (header === undefined) return { texts: withMark([sql]), all: true };
  const body = sql.slice(header.length);
  const end = header.endsWith('\r\n') ? '\r\n' : '\n';
  const written = outside?.written === undefined ? [] : [`${outside.written}${end}${body}`];
  return { texts: withMark([sql, body, ...written]), all: outside?.line === undefined };
}

/** A byte order mark is no part of a file's text. */
function withMark(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => [text, `\ufeff${text}`]);
}
