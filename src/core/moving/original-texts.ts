import type { ToolFolder } from '../foreign/tool-folder.js';

/** What a file may have been before it was imported; `all`: no other text is possible. */
interface OriginalTexts {
  readonly texts: readonly string[];
  readonly all: boolean;
}

/** For a file that was imported whole: without a line that pgm wrote, and with the tool's line that it left out. */
export function originalTexts(sql: string, { outside }: ToolFolder): OriginalTexts {
  const [header] = /^-- pgm:no-transaction\r?\n/.exec(sql) ?? [];
  if (header === undefined) return { texts: withMark([sql]), all: true };
  const body = sql.slice(header.length);
  const end = header.endsWith('\r\n') ? '\r\n' : '\n';
  const written = outside?.written === undefined ? [] : [`${outside.written}${end}${body}`];
  return { texts: withMark([sql, body, ...written]), all: outside?.line === undefined };
}

/** A byte order mark is not part of a file's text. */
function withMark(texts: readonly string[]): readonly string[] {
  return texts.flatMap((text) => [text, `\ufeff${text}`]);
}
