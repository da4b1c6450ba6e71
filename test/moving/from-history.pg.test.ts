import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildSnapshot } from '../../src/core/files/snapshot.js';
import type { FromHistory } from '../../src/core/moving/from-history.js';
import { systemClock } from '../../src/library/open/compose.js';
import {
  baselineFromHistory,
  type FromHistoryOptions,
  type FromHistoryResult,
} from '../../src/operations/baseline-from-history.js';
import { createDatabase, type Database } from '../support/database.js';
import { databasePort } from '../support/run.js';
import { folders, type SampleFolder } from './folders.js';
import { histories } from './histories.js';
import { known, seenFrom, texts } from './understood.js';

let database: Database;
beforeEach(async () => {
  database = await createDatabase();
});
afterEach(() => database.drop());

const usual: FromHistoryOptions = {
  tool: null,
  table: null,
  acceptEdited: false,
  schemas: null,
  lockWaitMs: null,
  onPooler: 'warn',
  dryRun: false,
  waitTimeoutMs: null,
};

/** What pgm makes of the tables that are there, for files given by their keys. */
function takeOver(
  files: Readonly<Record<string, string>>,
  options: Partial<FromHistoryOptions> = {},
): Promise<FromHistoryResult> {
  const entries = Object.entries(files).map(([path, text]) => {
    return { kind: 'file' as const, path, bytes: Buffer.from(text) };
  });
  const snapshot = buildSnapshot(entries, {
    ...{ schemas: null, reserved: ['pgm'], generation: null, swappedAt: null },
  });
  const { signal } = new AbortController();
  const ports = {
    source: { directory: '/test', origin: 'test', read: () => Promise.resolve(snapshot) },
    database: databasePort({ database: database.name }),
    clock: systemClock,
    emit: () => undefined,
    stop: { soon: signal, now: signal },
  };
  return baselineFromHistory(ports, { ...usual, ...options });
}

async function reportOf(...args: Parameters<typeof takeOver>): Promise<FromHistory> {
  const result = await takeOver(...args);
  if (result.kind !== 'read') throw new Error(JSON.stringify(result));
  return result.report;
}

function sampleOf(tool: string, variant?: string): SampleFolder {
  const sample = folders.find((folder) => folder.tool === tool && folder.variant === variant);
  if (sample === undefined) throw new Error(`there is no folder of ${tool}`);
  return sample;
}

const imported = async ({ files, folder }: SampleFolder) =>
  texts(await known(seenFrom(files, folder)));

describe("the table as the tool's source makes it: all but the last file are marked", () => {
  test.each(histories)('$tool $variant', async ({ tool, variant, sql, rows }) => {
    const sample = sampleOf(tool, variant);
    const files = await imported(sample);
    const keys = Object.keys(files);
    await database.sql.unsafe(sql(sample.files));
    const report = await reportOf(files);
    expect(report.problems).toEqual([]);
    expect(report).toMatchObject({ tool, strangers: [], keys: keys.slice(0, -1) });
    expect(report.files.map(({ says }) => says)).toEqual([
      ...keys.slice(1).map(() => 'applied'),
      'not applied',
    ]);
    const shown = report.files.flatMap(({ row }) => row ?? []);
    for (const [at, row] of rows.entries()) expect(shown[at]).toMatch(new RegExp(`^${row}`));
    const marked = await database.sql<{ key: string }[]>`select schema || '/' || filename as key
      from pgm.migrations where state = 'applied'`;
    expect(marked.map(({ key }) => key).sort()).toEqual(keys.slice(0, -1).sort());
    // Once more, there is nothing left to mark.
    expect((await reportOf(files)).keys).toEqual([]);
  });

  test('every tool that is imported has one, but for Rails, whose file is all or nothing', () => {
    const tools = (all: readonly { readonly tool: string }[]) => [
      ...new Set(all.map(({ tool }) => tool)),
    ];
    expect(tools(histories).sort()).toEqual(
      tools(folders)
        .filter((tool) => tool !== 'rails')
        .sort(),
    );
  });
});

test('a file that was edited since is named and keeps all from being marked, unless it is accepted', async () => {
  const sample = sampleOf('prisma');
  const files = await imported(sample);
  const edited = 'public/20230102000000_greet.sql';
  await database.sql.unsafe(
    histories.find(({ tool }) => tool === 'prisma')?.sql(sample.files) ?? '',
  );
  const changed = { ...files, [edited]: `${files[edited] ?? ''}\nselect 1;` };
  const refused = await reportOf(changed);
  expect(refused.keys).toBeNull();
  expect(refused.problems.map(({ what }) => what)).toEqual([
    `${edited} was edited since prisma applied it as 20230102000000_greet: its checksum differs`,
  ]);
  expect(await database.sql`select to_regnamespace('pgm') as pgm`).toEqual([{ pgm: null }]);
  const accepted = await reportOf(changed, { acceptEdited: true });
  expect(accepted.keys).toEqual(['public/20230101000000_users.sql', edited]);
});

test('Rails: one file stands for all versions, and those behind it are told', async () => {
  const files = await imported(sampleOf('rails'));
  await database.sql.unsafe(`create table ar_internal_metadata (key varchar, value varchar);
    create table schema_migrations (version varchar not null primary key);
    insert into schema_migrations values ('20230101000000'), ('20230102000000'), ('20230103000000')`);
  const report = await reportOf(files);
  expect(report).toMatchObject({ tool: 'rails', keys: ['public/20230102000000_structure.sql'] });
  expect(report.strangers).toEqual([{ row: '20230103000000', says: 'applied' }]);
});
