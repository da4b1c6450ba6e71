import { describe, expect, test } from 'vitest';
import { known, texts, understood } from './understood.js';

const up = '-- migrate:up\nselect 1;\n-- migrate:down\nselect 0;\n';

async function rootOf(files: Readonly<Record<string, string>>): Promise<string> {
  return (await known(files)).plan.root;
}

describe('a project whose migrations are where the tool does not have them by default', () => {
  test.each([
    ['dbmate', { 'store/schema/sql/1_x.sql': up }, 'store/schema/sql'],
    [
      'goose, known by a file of the project',
      {
        'go.mod': 'require github.com/pressly/goose/v3 v3.24.0\n',
        'a/b/pg/001_x.sql': 'select 1;',
      },
      'a/b/pg',
    ],
    [
      'Prisma, which has a directory for each',
      { 'db/pg/schema.prisma': '', 'db/pg/migrations/01_init/migration.sql': 'select 1;' },
      'db/pg/migrations',
    ],
    [
      'golang-migrate, with fixtures of the same form below it',
      {
        'app/database/migrations/1_x.up.sql': 'select 1;',
        'app/database/migrations/testdata/fixtures/1_x.up.sql': 'select 2;',
      },
      'app/database/migrations',
    ],
    [
      'graphile-migrate, with what is not committed in a directory of the same form',
      {
        'app/db/.gmrc': '{}',
        'app/db/migrations/committed/000001.sql': '--! Previous: -\nselect 1;\n',
        'app/db/migrations/current/0001-reset.sql': '',
      },
      'app/db/migrations/committed',
    ],
  ])('%s', async (_what, files, root) => {
    expect(await rootOf(files)).toBe(root);
  });

  test('several of them are asked about, also if one is more certain than the other', async () => {
    const files = {
      'package.json': '{ "dependencies": { "dbmate": "2" } }',
      'billing/sql/1_x.sql': up,
      'users/sql/1_x.sql': up,
      'users/sql/2_y.sql': 'select 2;',
    };
    expect(await understood(files)).toEqual({
      kind: 'several',
      tools: ['dbmate'],
      roots: ['billing/sql', 'users/sql'],
    });
    expect(await rootOf({ ...files, 'db/migrations/1_x.sql': up })).toBe('db/migrations');
  });

  test('numbered files somewhere in a project that uses knex are not taken for its migrations', async () => {
    const files = {
      'package.json': '{ "dependencies": { "knex": "3" } }',
      'db/queries/001_users.sql': 'select 1;',
    };
    expect((await understood(files)).kind).toBe('unknown');
  });

  test('a directory of the usual name comes first', async () => {
    const files = { 'db/migrations/1_x.sql': up, 'examples/1_x.sql': up };
    expect(await rootOf(files)).toBe('db/migrations');
  });
});

describe('words that several tools have', () => {
  test('"up migration" in a comment makes no question of whose folder it is', async () => {
    const files = {
      '1_x.up.sql': '-- up migration\nselect 1;\n',
      '1_x.down.sql': '-- down migration\nselect 0;\n',
    };
    const { plan, files: written } = await known(files);
    expect(plan.tool.folder.word).toBe('golang-migrate');
    expect(Buffer.from(written[0]?.bytes ?? []).toString()).toBe(files['1_x.up.sql']);
  });

  test('they are the marks of node-pg-migrate where nothing else speaks for another tool', async () => {
    const files = { '1_x.sql': '-- Up Migration\nselect 1;\n-- Down Migration\nselect 0;\n' };
    const result = await known(files);
    expect(result.plan.tool.folder.word).toBe('node-pg-migrate');
    expect(texts(result)).toEqual({ 'public/1_x.sql': 'select 1;\n' });
  });
});

describe('forms of names', () => {
  test('dbmate: a dash between the number and the name', async () => {
    expect(Object.keys(texts(await known({ '00-initial-schema.sql': up })))).toEqual([
      'public/00_initial-schema.sql',
    ]);
  });

  test('Hasura: files without directories of their own, as its first version wrote them', async () => {
    const files = {
      'hasura/config.yaml': 'version: 2\nendpoint: x\nmetadata_directory: metadata\n',
      'hasura/migrations/default/1557077750045_init.up.sql': 'select 1;',
      'hasura/migrations/default/1557077750045_init.down.sql': 'select 0;',
      'hasura/migrations/default/1557464861534_x/up.sql': 'select 2;',
    };
    const { plan, files: written } = await known(files);
    expect([plan.tool.folder.word, plan.undo]).toEqual(['hasura', 1]);
    expect(written.map(({ to }) => to)).toEqual([
      'public/1557077750045_init.sql',
      'public/1557464861534_x.sql',
    ]);
  });
});
