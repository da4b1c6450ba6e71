import { describe, expect, test } from 'vitest';
import type { MigrationFailure } from '../../../src/core/failure/failure.js';
import { parseHeaders } from '../../../src/core/statements/headers.js';
import { judgeFile } from '../../../src/core/statements/judge-file.js';
import { readSql } from '../../../src/sql/read-sql.js';

async function refusalOf(sql: string): Promise<MigrationFailure | null> {
  const judgement = judgeFile(sql, await readSql(sql), parseHeaders(sql).headers);
  return judgement.kind === 'refused' ? judgement.failure : null;
}

const up = 'create table t (a int);';
const down = 'drop table t;';

describe('a file with a half that undoes the other one is refused, with its tool and place', () => {
  test.each([
    ['goose', '-- +goose Up', '-- +goose Down'],
    ['goose', '--+goose UP', '--+goose DOWN'],
    [
      'goose',
      '-- +goose Up\n-- +goose StatementBegin',
      '-- +goose StatementEnd\n\n  -- +goose  Down  ',
    ],
    ['goose', '-- a comment before\n\n/* and another */\n-- +goose up', '--   + goose down'],
    ['goose', '-- +goose Up', '-- +goose Down (drops everything)'],
    ['dbmate', '-- migrate:up', '-- migrate:down'],
    ['dbmate', '-- migrate:up transaction:false', '--migrate:down transaction:false'],
    ['dbmate', '-- MIGRATE:UP', '--\tmigrate:down\t'],
    ['sql-migrate', '-- +migrate Up', '-- +migrate Down'],
    ['sql-migrate', '-- +migrate Up notransaction', '-- +migrate Down notransaction'],
    ['node-pg-migrate', '-- Up Migration', '-- Down Migration'],
    ['node-pg-migrate', '--up migration', '---- down   migration: what goes'],
    ['tern', '', '---- create above / drop below ----'],
    ['rambler', '-- rambler up', '-- rambler down'],
    ['shmig', '-- ==== UP ====', '-- ==== DOWN ===='],
    ['MyBatis Migrations', '-- // create', '-- //@UNDO'],
    ['Play evolutions', '-- !Ups', '-- !Downs'],
    ['node-sqlite', '-- Up', '-- Down'],
    ['node-sqlite', '-- @UP:', '--@DOWN'],
    ['node-sqlite', '-- [up]', '-- [down]'],
    ['node-sqlite', '-- +micrate Up', '-- +micrate Down'],
    ['node-sqlite', '--- migration:up', '--- migration:down'],
    ['node-sqlite', '-- Migration Up', '-- Migration Down'],
  ])('%s: %j and %j', async (tool, above, between) => {
    const lf = `${above}\n${up}\n${between}\n${down}\n`;
    for (const sql of [lf, lf.replaceAll('\n', '\r\n'), `-- pgm:no-transaction\n${lf}`]) {
      const failure = await refusalOf(sql);
      expect(failure?.message).toContain(`half of a ${tool} migration`);
      const mark = between.trim().split('\n').at(-1)?.trim() ?? '';
      const index = sql.lastIndexOf(mark);
      expect(failure?.place?.line).toBe(sql.slice(0, index).split('\n').length);
      expect(failure?.excerpt?.text.trim()).toMatch(/^--/);
      expect(failure?.advice).toContain('goes forward');
    }
  });

  test.each([
    ['goose', '-- +goose Down'],
    ['dbmate', '-- migrate:down'],
    ['sql-migrate', '-- +migrate Down'],
    ['node-pg-migrate', '-- Down Migration'],
  ])('%s without the other half, too', async (tool, mark) => {
    expect((await refusalOf(`${up}\n${mark}\n${down}`))?.message).toContain(tool);
  });

  test('lines that end with a carriage return alone are lines', async () => {
    const failure = await refusalOf(`-- +goose Up\r${up}\r-- +goose Down\r${down}\r`);
    expect(failure?.message).toContain('half of a goose migration');
  });

  test('a mark inside a statement that lacks its semicolon counts', async () => {
    expect(
      await refusalOf(`-- migrate:up\ncreate table t (a int)\n-- migrate:down\n${down}`),
    ).not.toBeNull();
  });

  test('what is behind the mark on its line is not shown', async () => {
    const sql = `-- +goose Up\n${up}\n-- +goose Down hunter2\n${down}`;
    expect(JSON.stringify(await refusalOf(sql))).not.toContain('hunter2');
  });
});

describe('a half that undoes the other one is refused under any usual words', () => {
  const halves = [
    ['/* Up */', '/* Down */'],
    ['/**\n * UP\n */', '/**\n * DOWN\n */'],
    ['/* +goose Up */', '/* +goose Down */'],
    ['/* Up Migration */', '/* Down Migration */'],
    ['/* Up\n */', '/* Down\n */'],
    ['/*\nUp */', '/*\nDown */'],
    ['-- Migration', '-- Rollback'],
    ['-- MIGRATION:', '-- ROLLBACK:'],
    ['-- Up', '-- Rollback'],
    ['-- migrate up', '-- migrate down'],
    ['-- Forward', '-- Backward'],
    ['-- UPGRADE', '-- DOWNGRADE'],
    ['-- 1. Up', '-- 2. Down'],
    ['-- Up script', '-- Down script'],
    ['-- up (create)', '-- down (drop)'],
    ['-- name: up', '-- name: down'],
    ['-- up migration', '-- rollback migration'],
  ] as const;

  test.each(halves)('%j and %j', async (above, between) => {
    for (const undo of [down, 'alter table u drop column b;', 'delete from u;']) {
      const sql = `${above}\n${up}\n\n${between}\n${undo}\n`;
      for (const text of [sql, sql.replaceAll('\n', '\r\n')]) {
        const failure = await refusalOf(text);
        expect(failure?.message).toMatch(
          /undoes the other one begins here, and pgm would run both$/,
        );
        const words = between.split('\n').find((line) => /\w/.test(line)) ?? '';
        const index = text.indexOf(words, above.length);
        expect(failure?.place?.line).toBe(text.slice(0, index).split('\n').length);
        expect(failure?.excerpt?.text).toBe(words);
      }
    }
  });

  test.each(['-- @down', '--@UNDO', '-- revert', '-- Apply\n-- Revert', '-- migrate:rollback'])(
    '%j alone, where all that was made is dropped again',
    async (mark) => {
      const made = 'create table s."T" (a int);\ncreate index i on s."T" (a);';
      expect(await refusalOf(`${made}\n${mark}\ndrop table if exists s."T";\n`)).not.toBeNull();
      expect(await refusalOf(`create view v as select 1;\n${mark}\ndrop view v;`)).not.toBeNull();
      expect(await refusalOf(`${made}\n${mark}\ndrop table other;`)).toBeNull();
    },
  );
});

describe('what another tool reads in a way of its own is refused', () => {
  test.each([
    ['--liquibase formatted sql\n--changeset a:1 dbms:mysql\nselect 1;', 'Liquibase'],
    [
      '-- a licence\n--  Liquibase Formatted SQL\n--changeset a:1\nselect 1;\n--rollback x',
      'Liquib',
    ],
    ["-- +goose Up\n-- +goose ENVSUB ON\ninsert into t values ('${REGION}');", 'goose'],
  ])('%j', async (sql, tool) => {
    expect((await refusalOf(sql))?.message).toContain(tool);
  });
});

describe('no false alarm', () => {
  test.each([
    '-- +goose Up\ncreate table t (a int);',
    '-- +goose Up\n-- +goose StatementBegin\ncreate table t (a int);\n-- +goose StatementEnd',
    '-- migrate:up\nselect 1;',
    '-- Up Migration\nselect 1;',
    '-- Down\nselect 1;',
    '-- down\ncreate table t (a int); -- up\n',
    '-- this migration scales the workers down\nselect 1;',
    '-- down migration of the old schema happens in 007\nselect 1;',
    '-- migrate:down is what dbmate would have here\nselect 1;',
    '-- see also: -- +goose Down\nselect 1;',
    'select 1; -- +goose Down\n',
    "select '\n-- +goose Down\n';",
    'do $$ begin\n-- migrate:down\nnull; end $$;',
    '/*\n-- +migrate Down\ndrop table t;\n*/\nselect 1;',
    'copy t from stdin;\n-- +goose Down\n\\.\n',
    'create table t (undo int, down int, "-- +goose Down" text);',
    '-- rollback plan: drop the table\n--rollback drop table t\nselect 1;',
    '--\n-- Name: down; Type: TABLE; Schema: public; Owner: -\n--\nselect 1;',
    '-- Data for Name: schema_migrations; Type: TABLE DATA\nselect 1;',
    '-- PostgreSQL database dump complete\n-- migrate up\n-- migrate down\n',
    '-- ups and downs\n-- !important\nselect 1;',
    '-- uses liquibase elsewhere; not formatted\nselect 1;',
    // Only words about a way back, which is not run.
    '-- Migration\nalter table t add a int;\n-- Rollback\n-- alter table t drop a;\n',
    '-- Migration\ncreate table t ();\n-- Rollback\n-- drop table t;\n-- Rights\ngrant select on t to r;',
    '-- Migration\ncreate table t ();\n/* Rollback\ndrop table t;\n*/\ndrop table old;',
    '-- Migration\nselect 1;\n-- Rollback\nselect 2;',
    '-- Migration\nselect 1;\n-- Rollback is in 012\ndrop table old;',
    '/* up to here */\nselect 1;\n/* and down */\ndrop table old;',
    'select 1; /* up */\nselect 2; /* down */\ndrop table old;',
    // Something made for a while.
    'create table t (); create table help ();\n-- tear down\ndrop table help;',
    'create table t (); create table help ();\n-- undo\ndrop table help;',
    '-- apply\ngrant insert on t to r;\ninsert into t values (1);\n-- revert\nrevoke insert on t from r;',
    'alter table t disable trigger all;\ncreate table u ();\n-- revert\nalter table t enable trigger all;',
    '-- rollback\ndrop table t;',
    '-- down\ndrop table t;\ncreate table t ();',
  ])('%j', async (sql) => {
    expect(await refusalOf(sql)).toBeNull();
  });
});
