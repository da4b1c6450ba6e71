import type { ForeignTool } from './foreign-tool.js';
import { changeSetsOf, formatted } from './liquibase-changelog.js';
import { named, readLiquibase, sumsOfLiquibase } from './liquibase-history.js';
import type { Arrangement, FoundFile, Unclear } from './tool-folder.js';

/** Facts about its folder: Liquibase 4.28, AbstractFormattedChangeLogParser. Each change set becomes a file. */
export const liquibase: ForeignTool = {
  name: 'Liquibase',
  special: {
    comment: /^--\s*liquibase\s*formatted\b/i,
    what: 'this is a changelog of Liquibase: pgm would run all its change sets at once, whatever their conditions and attributes are',
    advice:
      'put each change set into a file of its own, as plain SQL without the lines that begin with --liquibase, --changeset and --rollback; pgm import does that',
  },
  folder: {
    word: 'liquibase',
    homes: ['src/main/resources/db/changelog', 'db/changelog', 'changelog'],
    evidence: [{ path: /(?:^|\/)liquibase\.properties$/ }],
    forward: /^(?:[^/]+\/)*(?<number>\d*)(?<name>[^/]*)\.sql$/,
    own: { text: formatted },
    lists: /databaseChangeLog/,
    order: { by: 'bytes', once: false },
    arrange,
    history: {
      table: 'databasechangelog',
      others: ['databasechangeloglock'],
      columns: ['id', 'author', 'filename', 'orderexecuted', 'exectype', 'md5sum'],
      orderBy: ['orderexecuted', 'dateexecuted'],
      read: readLiquibase,
      sums: sumsOfLiquibase,
      repair:
        'find out how much of it is in the database, complete or undo it by hand, and correct the row',
    },
  },
};

function arrange(files: readonly FoundFile[]): Arrangement {
  const masters = files.filter(
    ({ path, text }) =>
      /^(?!\.\.\/).*\.(?:xml|ya?ml|json)$/.test(path) && /databaseChangeLog/.test(text ?? ''),
  );
  const changelogs = files.filter(
    ({ path, text }) => /^(?!\.\.\/).*\.sql$/.test(path) && formatted.test(text ?? ''),
  );
  const { ordered, unclear } = inOrder(changelogs, masters);
  const parts = ordered.map(changeSetsOf);
  const plain = files.filter(
    ({ path, text }) => /^(?!\.\.\/).*\.sql$/.test(path) && text !== null && !formatted.test(text),
  );
  return {
    migrations: named(parts.flatMap(({ migrations }) => migrations)),
    leftOut: [
      ...parts.flatMap(({ leftOut }) => leftOut),
      ...plain.map(({ path }) => ({
        path,
        why: 'it does not begin with "--liquibase formatted sql"',
      })),
      ...masters.map(({ path }) => ({ path, why: 'it only says in which order the others run' })),
    ],
    unclear: [...unclear, ...parts.flatMap((part) => part.unclear)],
  };
}

/** In the order in which a changelog in XML, YAML or JSON includes them, else by name. */
function inOrder(changelogs: readonly FoundFile[], masters: readonly FoundFile[]) {
  const byName = [...changelogs].sort((a, b) => (a.path < b.path ? -1 : 1));
  const unclear = masters.flatMap(({ path, text }) => oddMaster(path, text ?? ''));
  const included = masters.flatMap(({ text }) =>
    [...(text ?? '').matchAll(/\bfile"?\s*[:=]\s*["']?([^\s"'>,]+\.sql)\b/g)].map(
      ([, file = '']) => file,
    ),
  );
  if (included.length === 0) return { ordered: byName, unclear };
  const ordered = included.flatMap((file) => {
    const name = file.replace(/^(?:classpath:)?\/?/, '');
    const found = byName.find(({ path }) => name === path || name.endsWith(`/${path}`));
    if (found === undefined) unclear.push(notFound(file, masters[0]?.path ?? file));
    return found === undefined ? [] : [found];
  });
  for (const { path } of byName.filter((file) => !ordered.includes(file))) {
    unclear.push(notIncluded(path, masters[0]?.path ?? ''));
  }
  return { ordered, unclear };
}

function oddMaster(path: string, text: string): Unclear[] {
  const place = { path, line: null, column: null };
  if (/<changeSet\b|\bchangeSet"?\s*:/.test(text)) {
    return [
      {
        ...place,
        what: 'it has change sets that are not SQL',
        advice: 'let liquibase update-sql print them, and write them as formatted SQL',
      },
    ];
  }
  return [];
}

function notFound(file: string, path: string): Unclear {
  const advice = 'give pgm the directory that has all changelogs';
  return {
    path,
    line: null,
    column: null,
    what: `it includes ${file}, which does not exist`,
    advice,
  };
}

function notIncluded(path: string, master: string): Unclear {
  const advice = `include it, or take it out of the directory`;
  return { path, line: null, column: null, what: `${master} does not include it`, advice };
}
