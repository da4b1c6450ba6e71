import { describe, expect, test } from 'vitest';
import { buildSnapshot } from '../../src/core/files/snapshot.js';
import type { ToolRow } from '../../src/core/foreign/tool-history.js';
import { digest } from '../../src/core/foreign/digests.js';
import { type Account, takeAccount } from '../../src/core/moving/account.js';
import { findTable } from '../../src/core/moving/find-table.js';
import { importedTools } from '../../src/core/moving/recognise/candidate.js';
import { known, texts } from './understood.js';

function folderOf(word: string) {
  const tool = importedTools().find(({ folder }) => folder.word === word);
  if (tool === undefined) throw new Error(`${word} is no tool`);
  return tool.folder;
}

/** What rows mean for files by their names below `public/`. */
function accountOf(
  word: string,
  files: Readonly<Record<string, string>>,
  rows: readonly ToolRow[],
): Account {
  const entries = Object.entries(files).map(([name, text]) => {
    return { kind: 'file' as const, path: `public/${name}`, bytes: Buffer.from(text) };
  });
  const options = { schemas: null, reserved: [], generation: null, swappedAt: null };
  const { migrations } = buildSnapshot(entries, options);
  const folder = folderOf(word);
  return takeAccount(folder.history.read(rows), migrations, folder);
}

/** By name: what is said of it. */
const said = ({ files }: Account) =>
  Object.fromEntries(
    files.map(({ migration, says, edited, late }) => [
      migration.filename,
      `${says}${edited ? ', edited' : ''}${late ? ', late' : ''}`,
    ]),
  );

const whats = ({ problems }: Account) => problems.map(({ what }) => what);

const three = { '1_a.sql': 'select 1;', '2_b.sql': 'select 2;', '3_c.sql': 'select 3;' };

describe('Flyway', () => {
  const row = (version: string | null, more: Partial<Record<string, string | null>> = {}) => ({
    ...{ installed_rank: '1', version, type: 'SQL', checksum: null, success: 'true' },
    ...more,
  });

  test('an undo takes back the version before it, until it is applied again', () => {
    const rows = [row('1'), row('2'), row('2', { type: 'UNDO_SQL' }), row('3')];
    expect(said(accountOf('flyway', three, rows))).toEqual({
      '1_a.sql': 'applied',
      '2_b.sql': 'undone, late',
      '3_c.sql': 'applied',
    });
    const again = accountOf('flyway', three, [...rows, row('2')]);
    expect(said(again)['2_b.sql']).toBe('applied');
  });

  test('what failed is named, and nothing can be relied on', () => {
    const account = accountOf('flyway', three, [row('1'), row('2', { success: 'false' })]);
    expect(whats(account)).toEqual([expect.stringContaining('2 failed, or was interrupted')]);
    expect(account.problems[0]?.advice).toContain('flyway repair');
  });

  test('a baseline stands for all versions up to its own, and a deleted row for nothing', () => {
    const baseline = [row('2', { type: 'BASELINE' }), row('3'), row('3', { type: 'DELETE' })];
    expect(said(accountOf('flyway', three, baseline))).toEqual({
      '1_a.sql': 'applied',
      '2_b.sql': 'applied',
      '3_c.sql': 'undone',
    });
  });

  test('a file with another checksum was edited, whatever its line ends are', () => {
    const text = 'create table t (id int);\ninsert into t values (1);\n';
    // By Java's CRC32 over the lines.
    const rows = [row('1', { checksum: '521226116' }), row('2', { checksum: '521226116' })];
    const files = { '1_a.sql': text.replaceAll('\n', '\r\n'), '2_b.sql': `${text}--` };
    expect(said(accountOf('flyway', files, rows))).toEqual({
      '1_a.sql': 'applied',
      '2_b.sql': 'applied, edited',
    });
  });

  test('versions with parts are found behind new numbers, also where old ones look like them', () => {
    const files = { '001_V1__a.sql': '', '002_V1.1__b.sql': '', '003_V2__c.sql': '' };
    expect(said(accountOf('flyway', files, [row('1'), row('2')]))).toEqual({
      '001_V1__a.sql': 'applied',
      '002_V1.1__b.sql': 'not applied, late',
      '003_V2__c.sql': 'applied',
    });
  });
});

describe('names that an import has changed', () => {
  test('new numbers with a gap, as --partial leaves them, are still new numbers', () => {
    const files = { '001_V1__a.sql': '', '003_V2__c.sql': '', '004_V3.5__d.sql': '' };
    const row = (version: string) => ({ version, type: 'SQL', checksum: null, success: 'true' });
    const account = accountOf('flyway', files, [row('1'), row('1.5'), row('2'), row('3')]);
    expect(said(account)).toEqual({
      '001_V1__a.sql': 'applied',
      '003_V2__c.sql': 'applied',
      '004_V3.5__d.sql': 'not applied',
    });
    expect(account.strangers.map(({ row }) => row)).toEqual(['1.5', '3']);
  });

  test('a number that is the old one or the new one is decided by the rows', () => {
    const files = { '001_10_b.sql': '', '002_1_a.sql': '', '003_2_c.sql': '' };
    const rows = (...versions: string[]) => versions.map((version) => ({ version }));
    expect(said(accountOf('dbmate', files, rows('10', '2')))).toEqual({
      '001_10_b.sql': 'applied',
      '002_1_a.sql': 'not applied, late',
      '003_2_c.sql': 'applied',
    });
    expect(said(accountOf('dbmate', files, rows('001')))['001_10_b.sql']).toBe('applied');
    expect(whats(accountOf('dbmate', files, rows('001', '10', '2', '002')))).toEqual([
      expect.stringContaining('could be the numbers of these files or the ones after them'),
    ]);
  });

  test('change sets of Liquibase with one id are told apart by their files', async () => {
    const changelog = (table: string) =>
      `--liquibase formatted sql\n--changeset ann:1\ncreate table ${table} (id int);\n`;
    const imported = texts(await known({ 'a.sql': changelog('a'), 'b.sql': changelog('b') }));
    expect(Object.keys(imported)).toEqual(['public/001_a_1.sql', 'public/002_b_1.sql']);
    const files = Object.fromEntries(
      Object.entries(imported).map(([path, text]) => [path.slice('public/'.length), text]),
    );
    const row = {
      id: '1',
      author: 'ann',
      filename: 'db/b.sql',
      exectype: 'EXECUTED',
      md5sum: null,
    };
    expect(said(accountOf('liquibase', files, [row]))).toEqual({
      '001_a_1.sql': 'not applied, late',
      '002_b_1.sql': 'applied',
    });
  });

  test('a change of sqitch that was reworked and edited cannot be told from the other one', () => {
    const row = (script_hash: string | null) => ({ change: 'fn/greet', script_hash });
    const files = { '001_fn_greet.sql': 'select 1;', '002_fn_greet.sql': 'select 2;' };
    expect(said(accountOf('sqitch', files, [row(digest('sha1', 'select 2;'))]))).toEqual({
      '001_fn_greet.sql': 'not applied, late',
      '002_fn_greet.sql': 'applied',
    });
    expect(whats(accountOf('sqitch', files, [row(null)]))).toEqual([
      'the row fn/greet may be about public/001_fn_greet.sql or public/002_fn_greet.sql',
    ]);
  });
});

describe('drizzle-kit, whose rows are known by content only', () => {
  const files = { '0000_a.sql': 'a', '0001_b.sql': 'b', '0002_c.sql': 'c', '0003_d.sql': 'd' };
  const row = (text: string) => ({ created_at: '1', hash: digest('sha256', text) });

  test('an edited file between two others is known by its place', () => {
    expect(said(accountOf('drizzle-kit', files, [row('a'), row('old b'), row('c')]))).toEqual({
      '0000_a.sql': 'applied',
      '0001_b.sql': 'applied, edited',
      '0002_c.sql': 'applied',
      '0003_d.sql': 'not applied',
    });
  });

  test('at the end it may be any of those that are left', () => {
    const account = accountOf('drizzle-kit', files, [row('a'), row('b'), row('old c')]);
    expect(whats(account)).toEqual([
      expect.stringMatching(/it may be public\/0002_c.sql or public\/0003_d.sql$/),
    ]);
  });
});

describe('other tools', () => {
  test('Prisma: a try that was rolled back does not count, one that never finished is a problem', () => {
    const row = (name: string, finished: string | null, rolledBack: string | null) => ({
      ...{ migration_name: name, checksum: '', finished_at: finished, rolled_back_at: rolledBack },
    });
    const account = accountOf('prisma', three, [
      row('1_a', null, 'x'),
      row('1_a', 'x', null),
      row('2_b', 'x', 'x'),
      row('3_c', null, null),
    ]);
    expect(said(account)).toEqual({
      '1_a.sql': 'applied',
      '2_b.sql': 'undone',
      '3_c.sql': 'failed',
    });
    expect(whats(account)).toEqual([expect.stringContaining('3_c failed, or was interrupted')]);
  });

  test('golang-migrate: a version without a file is told, and what is before it is applied', () => {
    const account = accountOf('golang-migrate', three, [{ version: '7', dirty: 'false' }]);
    expect(account.strangers).toEqual([{ row: '7', says: 'applied' }]);
    expect(said(account)['3_c.sql']).toBe('applied');
    expect(said(accountOf('golang-migrate', three, []))['1_a.sql']).toBe('not applied');
  });

  test('golang-migrate: a version that is dirty does not count as applied, those before it do', () => {
    const account = accountOf('golang-migrate', three, [{ version: '2', dirty: 'true' }]);
    expect(said(account)).toEqual({
      '1_a.sql': 'applied',
      '2_b.sql': 'failed',
      '3_c.sql': 'not applied',
    });
    expect(whats(account)).toEqual([expect.stringContaining('version 2 is dirty')]);
  });

  test.each([
    ['golang-migrate', [{ version: '-1', dirty: 'true' }], 'version -1 is dirty'],
    ['golang-migrate', [{ version: '1', dirty: 'false' }, { version: '2' }], 'has 2 rows'],
    ['tern', [{ version: '1' }, { version: '2' }], 'has 2 rows'],
  ])('%s: a table that says nothing for certain is told, and no file by it (%j)', (...args) => {
    const [tool, rows, what] = args;
    const account = accountOf(tool, three, rows);
    expect(account).toMatchObject({ files: [], strangers: [] });
    expect(whats(account)).toEqual([expect.stringContaining(what)]);
  });

  test('Rails: a structure of which only a part is applied is refused', () => {
    const structure = `INSERT INTO "schema_migrations" (version) VALUES\n('20230102'),\n('20230101');`;
    const files = { '20230102_structure.sql': structure };
    const rows = (...versions: string[]) => versions.map((version) => ({ version }));
    expect(said(accountOf('rails', files, rows('20230101', '20230102', '20230103')))).toEqual({
      '20230102_structure.sql': 'applied',
    });
    expect(whats(accountOf('rails', files, rows('20230101')))).toEqual([
      'public/20230102_structure.sql holds 2 versions, and 1 of them are not applied, such as 20230102',
    ]);
  });

  test('sqlx: a file outside a transaction is compared with the line that import took out', () => {
    const files = { '1_a.sql': '-- pgm:no-transaction\nvacuum;\n' };
    const sum = digest('sha384', '-- no-transaction\nvacuum;\n');
    const row = { version: '1', success: 'true', checksum: `\\x${sum}` };
    expect(said(accountOf('sqlx', files, [row]))).toEqual({ '1_a.sql': 'applied' });
  });
});

describe('which table is meant', () => {
  const table = (name: string, columns: readonly string[], schema = 'public') => {
    return { schema, name, columns };
  };
  const any = { tool: null, table: null };
  const wordsOf = (...tables: ReturnType<typeof table>[]) => {
    const found = findTable(tables, any);
    if (found.kind === 'several') return found.candidates.map(({ tool }) => tool.folder.word);
    return found.kind === 'found' ? [found.tool.folder.word] : [];
  };

  test('is told by its columns, and by the table beside it', () => {
    const versions = table('schema_migrations', ['version']);
    expect(wordsOf(versions)).toEqual(['dbmate']);
    expect(wordsOf(versions, table('ar_internal_metadata', ['key', 'value']))).toEqual(['rails']);
    expect(wordsOf(table('schema_migrations', ['version', 'dirty']))).toEqual(['golang-migrate']);
    expect(wordsOf(table('schema_migrations', ['version', 'inserted_at']))).toEqual([]);
    expect(wordsOf(table('migrations', ['id', 'timestamp', 'name']))).toEqual([]);
    expect(wordsOf(table('schema_migrations', ['version', 'dirty'], 'hdb_catalog'))).toEqual([]);
  });

  test('two of them ask', () => {
    const goose = table('goose_db_version', ['id', 'version_id', 'is_applied', 'tstamp']);
    expect(wordsOf(goose, table('schema_version', ['version']))).toEqual(['goose', 'tern']);
    expect(wordsOf(goose, table('goose_db_version', goose.columns, 'app'))).toHaveLength(2);
  });
});
