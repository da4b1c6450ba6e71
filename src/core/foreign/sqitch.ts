import type { ForeignTool } from './foreign-tool.js';
import { digest } from './digests.js';
import { content, linesOf } from './lines.js';
import type { Arrangement, FoundFile, ToolMigration, Unclear } from './tool-folder.js';
import { rowOf, text, told, type ToolRow } from './tool-history.js';

const plan = 'sqitch.plan';

/**
 * Facts about its folder: sqitch 1.x, App::Sqitch::Plan and Plan::Change; the folder is the one with sqitch.plan, which
 * `core.top_dir` may set. About its table: App/Sqitch/Engine/pg.sql, registry 1.1: the changes that are deployed; reverted
 * ones are deleted, and failed ones are in another table. The hash is SHA-1 of the script.
 */
export const sqitch: ForeignTool = {
  name: 'sqitch',
  layout: {
    path: /^(?:deploy|revert|verify)\/(?:[^/]+\/)*(?!\d)[^/]+\.sql$/,
    reason:
      'its name has no number, as in the layout of sqitch: pgm import DIR writes what is in deploy/ in the order of sqitch.plan; files of pgm itself are named <schema>/<number>_<name>.sql',
  },
  folder: {
    word: 'sqitch',
    homes: ['', 'sqitch', 'db'],
    homeIn: topDirectory,
    evidence: [{ path: /^sqitch\.plan$/ }],
    forward: /^deploy\/(?<name>.+)\.sql$/,
    undo: /^(?:revert|verify)\/.+\.sql$/,
    // psql commits each statement by itself.
    outside: { whereNeeded: true },
    order: { by: 'bytes', once: false },
    arrange,
    history: {
      table: 'changes',
      ownSchema: 'sqitch',
      columns: ['change_id', 'script_hash', 'change', 'project', 'committed_at'],
      orderBy: ['committed_at'],
      read,
      sums: (content) => [digest('sha1', content)],
    },
  },
};

/** `top_dir` of its configuration, if it is set to one place. */
function topDirectory(files: readonly FoundFile[]): string | null {
  const text = files.find(({ path }) => path === 'sqitch.conf')?.text ?? '';
  const named = [...text.matchAll(/^\s*top_dir\s*=\s*"?([^"\r\n]*?)"?\s*$/gim)].map(
    ([, directory = '']) => directory.replace(/^(?:\.\/)+|\/+$/g, ''),
  );
  const [first, ...others] = [...new Set(named)];
  return first === undefined || others.length > 0 ? null : first;
}

interface Change {
  readonly name: string;
  readonly line: number;
  /** The tags after it, up to where it is reworked. */
  readonly tags: string[];
  reworked: boolean;
}

function arrange(files: readonly FoundFile[]): Arrangement {
  const text = files.find(({ path }) => path === plan)?.text ?? null;
  if (text === null) return { migrations: [], leftOut: [], unclear: [at(null, 'it is missing')] };
  const { changes, unclear } = readPlan(text);
  const migrations = changes.flatMap((change): ToolMigration[] => {
    const file = fileOf(change, files);
    const script = file?.text ?? null;
    if (file === undefined || script === null) {
      unclear.push(at(change.line, `it names ${change.name}, which has no deploy script`));
      return [];
    }
    const name = stemOf(change.name);
    const { path } = file;
    const lines = linesOf(script);
    return [
      { path, number: '', name, lines, version: change.name, outside: false, isProgram: false },
    ];
  });
  const used = new Set(migrations.map(({ path }) => path));
  const leftOut = files
    .filter(({ path }) => /^deploy\/.+\.sql$/.test(path) && !used.has(path))
    .map(({ path }) => ({ path, why: `it is not in ${plan}, so sqitch does not deploy it` }));
  return { migrations, leftOut, unclear };
}

/** A change whose name comes again later in the plan has kept its old script as `name@tag.sql`. */
function fileOf({ name, tags, reworked }: Change, files: readonly FoundFile[]) {
  const names = reworked ? tags.map((tag) => `deploy/${name}@${tag}.sql`) : [`deploy/${name}.sql`];
  return files.find(({ path }) => names.includes(path));
}

function readPlan(text: string): { changes: Change[]; unclear: Unclear[] } {
  const changes: Change[] = [];
  const unclear: Unclear[] = [];
  for (const line of linesOf(text)) {
    const words = content(line).replace(/#.*$/, '').trim();
    const tag = /^@(\S+)/.exec(words)?.[1];
    if (words === '' || words.startsWith('%')) continue;
    if (tag !== undefined) {
      for (const change of changes) if (!change.reworked) change.tags.push(tag);
    } else if (words.startsWith('-')) {
      unclear.push(at(line.number, 'it takes a change back, and pgm only goes forward'));
    } else {
      const name = /^\+?\s*(\S+)/.exec(words)?.[1] ?? '';
      for (const change of changes) if (change.name === name) change.reworked = true;
      changes.push({ name, line: line.number, tags: [], reworked: false });
    }
  }
  return { changes, unclear };
}

function at(line: number | null, what: string): Unclear {
  const advice = 'fix the plan, or leave the change out of it';
  return { path: plan, line, column: line === null ? null : 1, what, advice };
}

function read(rows: readonly ToolRow[]) {
  return told(
    rows.map((row) => {
      const change = text(row, 'change');
      const id = { kind: 'stems', shown: change, stems: [stemOf(change)] } as const;
      return rowOf(id, { sum: row['script_hash'] ?? null });
    }),
  );
}

function stemOf(change: string): string {
  return change.replaceAll('/', '_');
}
