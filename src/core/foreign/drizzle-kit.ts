import type { ForeignTool } from './foreign-tool.js';
import { digest } from './digests.js';
import { linesOf } from './lines.js';
import type { Arrangement, FoundFile, ToolMigration, Unclear } from './tool-folder.js';
import { pathRow, rowOf, text, told, type ToolRow } from './tool-history.js';

const journalPath = 'meta/_journal.json';
const snapshots = /^\d[^/]*\/snapshot\.json$/;

/**
 * Facts about its folder: drizzle-orm 0.45, migrator.js: the journal names the files and their order. From 1.0 on there
 * is no journal, but a directory for each migration with a snapshot.json. About its table: drizzle-orm 0.45, migrator.js
 * and pg-core/dialect.js: a row per migration, with the time in the journal and SHA-256 of the file; from 1.0 on with
 * its name.
 */
export const drizzleKit: ForeignTool = {
  name: 'drizzle-kit',
  folder: {
    word: 'drizzle-kit',
    homes: ['drizzle', 'drizzle/migrations', 'migrations', 'src/db/migrations'],
    evidence: [
      { path: /^meta\/_journal\.json$/ },
      { path: snapshots },
      { path: /(?:^|\/)drizzle\.config\.[cm]?[jt]s$/ },
    ],
    forward: /^(?<number>\d+)_(?<name>[^/]*?)(?:\/migration)?\.sql$/,
    own: { text: /--> statement-breakpoint/ },
    order: { by: 'bytes', once: true },
    arrange,
    history: {
      table: '__drizzle_migrations',
      ownSchema: 'drizzle',
      columns: ['id', 'hash', 'created_at'],
      also: ['name'],
      orderBy: ['created_at', 'id'],
      read,
      sums: (content) => [digest('sha256', content)],
    },
  },
};

/** Null: in the order of the names, as `order` says. */
function arrange(files: readonly FoundFile[]): Arrangement | null {
  const journal = files.find(({ path }) => path === journalPath);
  if (journal === undefined) return null;
  const entries = entriesOf(journal.text ?? '');
  if (entries === null) return { migrations: [], leftOut: [], unclear: [unreadable] };
  const unclear: Unclear[] = [];
  const migrations = entries.flatMap(({ tag, when }): ToolMigration[] => {
    const file = files.find(({ path }) => path === `${tag}.sql`);
    if (file === undefined) unclear.push(missing(tag));
    const text = file?.text ?? null;
    if (file === undefined || text === null) return [];
    const [, number = '', name = ''] = /^(\d*)_?(.*)$/.exec(tag) ?? [];
    const lines = linesOf(text);
    return [
      { path: file.path, number, name, lines, version: when, outside: false, isProgram: false },
    ];
  });
  const known = new Set(entries.map(({ tag }) => `${tag}.sql`));
  const leftOut = files
    .filter(({ path }) => /^[^/]+\.sql$/.test(path) && !known.has(path))
    .map(({ path }) => ({
      path,
      why: `it is not in ${journalPath}, so drizzle-kit does not run it`,
    }));
  return { migrations, leftOut, unclear };
}

interface Entry {
  readonly tag: string;
  readonly when: string;
}

function entriesOf(text: string): readonly Entry[] | null {
  try {
    const journal = JSON.parse(text) as { readonly entries?: unknown };
    if (!Array.isArray(journal.entries)) return null;
    return journal.entries.map((entry: { readonly tag?: unknown; readonly when?: unknown }) => ({
      tag: String(entry.tag),
      when: String(entry.when),
    }));
  } catch {
    return null;
  }
}

const unreadable: Unclear = {
  path: journalPath,
  line: null,
  column: null,
  what: 'it is not a drizzle-kit journal that pgm can read',
  advice: 'fix it, or name another tool with --tool',
};

function missing(tag: string): Unclear {
  return {
    path: journalPath,
    line: null,
    column: null,
    what: `it names ${tag}, and there is no ${tag}.sql`,
    advice: 'bring that file back, or take the entry out of the journal',
  };
}

/** The time in the journal is not in any name, so rows without a name are matched by the content of the file. */
function read(rows: readonly ToolRow[]) {
  return told(
    rows.map((row) => {
      const [name, sum] = [text(row, 'name'), text(row, 'hash')];
      if (name !== '') return pathRow(name, `${name}/migration.sql`, { sum });
      const shown = `of ${text(row, 'created_at')} (hash ${sum.slice(0, 8)})`;
      return rowOf({ kind: 'content', shown }, { sum });
    }),
  );
}
