import type { ForeignTool } from './foreign-tool.js';
import { pathsIn } from './tool-history.js';
import { content, linesOf } from './lines.js';
import type { Arrangement, FoundFile, ToolMigration, Unclear } from './tool-folder.js';

const forward = /^(?<number>\d*)[-._]?(?<name>[^/]*?)(?<!\.rollback)\.sql$/;
const transactional = /^\s*--\s*transactional\s*:\s*(?:false|no|off|0)\s*$/i;

/**
 * Facts about its folder: yoyo 9.0, migrations.py: what a file depends on comes before it; otherwise names decide. About
 * its table: yoyo 8.2, backends.py: a row per file name without extension, deleted when it is rolled back.
 */
export const yoyo: ForeignTool = {
  name: 'yoyo',
  undoFile: /[^/]\.(?:rollback|revert)\.sql$/i,
  folder: {
    word: 'yoyo',
    homes: ['migrations'],
    evidence: [{ path: /(?:^|\/)yoyo\.ini$/ }],
    forward,
    own: { text: /^\s*--\s*depends\s*:/m },
    undo: /\.rollback\.sql$/,
    dropped: /^\s*--\s*depends\s*:/,
    outside: { line: transactional },
    beside: [
      {
        path: /^post-apply[^/]*\.(?:sql|py)$/,
        what: 'yoyo runs it after all migrations, each time',
        advice: 'let it run after pgm migrate',
      },
    ],
    order: { by: 'bytes', once: false },
    arrange,
    history: {
      table: '_yoyo_migration',
      others: ['_yoyo_log', '_yoyo_version', 'yoyo_lock'],
      columns: ['migration_hash', 'migration_id', 'applied_at_utc'],
      orderBy: ['applied_at_utc', 'migration_id'],
      read: (rows) => pathsIn(rows, 'migration_id', (id) => `${id}.sql`),
    },
  },
};

interface Waiting extends ToolMigration {
  readonly needs: readonly string[];
}

function arrange(files: readonly FoundFile[]): Arrangement {
  const waiting = files.flatMap(read).sort((a, b) => (a.version < b.version ? -1 : 1));
  const migrations: Waiting[] = [];
  const done = new Set<string>();
  while (waiting.length > 0) {
    const at = waiting.findIndex(({ needs }) => needs.every((id) => done.has(id)));
    const [next] = waiting.splice(at, at === -1 ? 0 : 1);
    if (next === undefined) break;
    migrations.push(next);
    done.add(next.version);
  }
  return { migrations, leftOut: [], unclear: waiting.map(stuck) };
}

function read({ path, text }: FoundFile): Waiting[] {
  const program = /^(?!__)(\d*)[-._]?([^/]*)\.py$/.exec(path);
  const sql = /^post-apply/.test(path) ? null : forward.exec(path);
  const found = sql ?? (/^post-apply/.test(path) ? null : program);
  if (found === null || (sql !== null && text === null)) return [];
  const [, number = '', name = ''] = found;
  const lines = text === null || sql === null ? [] : linesOf(text);
  const version = path.replace(/\.\w+$/, '');
  const needs = lines.flatMap((line) => {
    const ids = /^\s*--\s*depends\s*:(.*)$/.exec(content(line))?.[1] ?? '';
    return ids.split(/\s+/).filter((id) => id !== '');
  });
  return [{ path, number, name, lines, version, outside: false, isProgram: sql === null, needs }];
}

function stuck({ path, needs }: Waiting): Unclear {
  return {
    path,
    line: 1,
    column: 1,
    what: `it depends on ${needs.join(', ')}, which does not exist or depends on it in turn`,
    advice: 'fix the line "-- depends:"',
  };
}
