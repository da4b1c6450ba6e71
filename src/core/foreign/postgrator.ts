import type { ForeignTool } from './foreign-tool.js';
import { digest, everyLineEnd } from './digests.js';
import { text, told, type ToolRow, versionRow } from './tool-history.js';

/**
 * Facts about its folder and its table: postgrator 8.0, postgrator.js, lib/Client.js and lib/utils.js: a row per version,
 * deleted when it is rolled back; version 0 exists from the start; the MD5 may be of the text with other line ends.
 */
export const postgrator: ForeignTool = {
  name: 'postgrator',
  undoFile: /[^/]\.undo(?:\.[^/]*)?\.sql$/i,
  folder: {
    word: 'postgrator',
    homes: ['migrations'],
    evidence: [
      { path: /(?:^|\/)\.postgratorrc(?:\.\w+)?$/ },
      { path: /(?:^|\/)package\.json$/, text: /"postgrator(?:-cli)?"\s*:/ },
    ],
    forward: /^(?<number>\d+)\.do(?:\.(?<name>[^/]*))?\.sql$/,
    own: { path: /^\d+\.do(?:\.[^/]*)?\.sql$/ },
    undo: /^\d+\.undo(?:\.[^/]*)?\.(?:sql|[cm]?js)$/,
    program: /^(?<number>\d+)\.do(?:\.(?<name>[^/]*))?\.[cm]?js$/,
    order: { by: 'number', once: true },
    history: {
      table: 'schemaversion',
      columns: ['version', 'name', 'md5', 'run_at'],
      orderBy: ['run_at', 'version'],
      read,
      sums: (content) => everyLineEnd(content).map((each) => digest('md5', each)),
    },
  },
};

function read(rows: readonly ToolRow[]) {
  return told(
    rows
      .filter((row) => text(row, 'version') !== '0')
      .map((row) => {
        const md5 = text(row, 'md5');
        return versionRow(text(row, 'version'), { sum: /^[0-9a-f]{32}$/.test(md5) ? md5 : null });
      }),
  );
}
