import { describe, expect, test } from 'vitest';
import { known, texts, understood } from './understood.js';

const up = (sql: string): string => `-- migrate:up\n${sql}\n-- migrate:down\nselect 0;\n`;
const goose = '-- +goose Up\nselect 1;\n-- +goose Down\nselect 0;\n';

async function unclearOf(files: Record<string, string | Uint8Array>, tool: string | null = null) {
  const { unclear } = await known(files, { tool });
  return unclear.map(({ path, line, column, what, advice }) => {
    return `${path}:${line}:${column} ${what}; ${advice}`;
  });
}

describe('a folder that is not recognised for certain', () => {
  test.each([
    ['nothing in it', {}],
    ['a tree of pgm', { 'gcp/001_x.sql': 'select 1', 'aws/001_x.sql': 'select 1' }],
    ['no SQL', { 'README.md': 'hello' }],
  ])('%s: is of no tool', async (_what, files) => {
    expect(await understood(files)).toEqual({ kind: 'unknown', named: [] });
  });

  test('only files that undo: is of no tool', async () => {
    expect((await understood({ '1_x.down.sql': 'select 1' })).kind).toBe('unknown');
  });

  test('names that several tools have are told as such, and one of them can be named', async () => {
    const files = { '001_x.sql': 'select 1;', '002_y.sql': 'select 2;' };
    const result = await understood(files);
    expect(result.kind === 'unknown' && result.named).toEqual(
      expect.arrayContaining(['sqlx', 'tern']),
    );
    expect((await known(files, { tool: 'tern' })).files).toHaveLength(2);
  });

  test('two tools in one folder are asked about, and the files of the other one then need a hand', async () => {
    const files = { '001_x.sql': goose, '002_y.sql': up('select 2;') };
    expect(await understood(files)).toEqual({
      kind: 'several',
      tools: ['goose', 'dbmate'],
      roots: [''],
    });
    expect(await unclearOf(files, 'goose')).toEqual([
      expect.stringContaining('002_y.sql:1:1 it has no mark for the forward half'),
    ]);
  });

  test('two tools that name files alike make no question where the files become the same', async () => {
    const files = { '1_x.up.sql': 'select 1;', '1_x.down.sql': 'select 0;' };
    const { plan, alike } = await known(files);
    expect([plan.tool.folder.word, ...alike]).toEqual(['golang-migrate', 'sqlx']);
  });

  test('they are asked about where one of them reads a header', async () => {
    const files = { '1_x.up.sql': '-- no-transaction\nselect 1;' };
    expect(await understood(files)).toMatchObject({ kind: 'several' });
  });
});

describe('the same bytes', () => {
  test('CRLF and a byte order mark stay, and the header has the line end of the file', async () => {
    const sql =
      '\ufeff-- migrate:up transaction:false\r\nselect 1;\r\n-- migrate:down\r\nselect 0;\r\n';
    expect(texts(await known({ '1_x.sql': sql }))).toEqual({
      'public/1_x.sql': '\ufeff-- pgm:no-transaction\r\nselect 1;\r\n',
    });
  });

  test('a file without halves is not touched, whatever its end', async () => {
    const sql = 'select 1;   \n\n\t-- é \u{1f418}';
    expect(texts(await known({ '1_x.up.sql': sql }))).toEqual({ 'public/1_x.sql': sql });
  });

  test.each([
    ['UTF-16', Buffer.from('\ufeffselect 1', 'utf16le'), 'it is UTF-16'],
    ['not UTF-8', Buffer.from([0x73, 0xff]), 'it is not valid UTF-8 (byte 1)'],
    ['a NUL byte', Buffer.from('a\0'), 'it contains a NUL byte'],
  ])('%s needs a hand', async (_what, bytes, said) => {
    const files = { '1_x.up.sql': bytes, '2_y.up.sql': 'select 1;' };
    expect(await unclearOf(files)).toEqual([expect.stringContaining(said)]);
  });
});

describe('numbers', () => {
  test('stay where pgm applies the files in the same order', async () => {
    const files = { '9_a.up.sql': '', '10_b.up.sql': '', '0011_c.up.sql': '' };
    expect(Object.keys(texts(await known(files)))).toEqual([
      'public/9_a.sql',
      'public/10_b.sql',
      'public/0011_c.sql',
    ]);
  });

  test('are new where the tool goes by the bytes of the names', async () => {
    const files = { '10_b.sql': up('select 2;'), '9_a.sql': up('select 1;') };
    const result = await known(files);
    expect(result.plan.renumbered).toContain('another order');
    expect(Object.keys(texts(result))).toEqual(['public/001_10_b.sql', 'public/002_9_a.sql']);
  });

  test('that two migrations share need a hand, where the tool takes only one of them', async () => {
    const files = { '1_a.up.sql': '', '01_b.up.sql': '' };
    expect(await unclearOf(files)).toEqual([
      expect.stringContaining('it has the same number as 01_b.up.sql'),
    ]);
  });

  test('that two directories share may be those of two databases', async () => {
    const files = { 'h2/V1__a.sql': 'select 1;', 'postgresql/V1__a.sql': 'select 1;' };
    expect(await unclearOf(files, 'flyway')).toEqual([
      expect.stringMatching(/as h2\/V1__a.sql, .* is for another database, import a copy/),
    ]);
  });

  test('are fine twice where the tool goes on by name', async () => {
    const sql = '-- +migrate Up\nselect 1;\n';
    const files = { '1_b.sql': sql, '1_a.sql': sql };
    expect(Object.keys(texts(await known(files)))).toEqual(['public/1_a.sql', 'public/1_b.sql']);
  });

  test('of a thousand files stay', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 1000 }, (_, at) => [`${at + 1}_x.sql`, goose]),
    );
    const { plan, unclear } = await known(files);
    expect([plan.files.length, plan.undo, plan.renumbered, unclear]).toEqual([
      1000,
      1000,
      null,
      [],
    ]);
    expect(plan.files.at(-1)?.to).toBe('public/1000_x.sql');
  });
});

describe('what is told with its place and what to do', () => {
  test.each([
    [
      'a psql command',
      '1_x.sql',
      up('select 1;\n\\i other.sql'),
      '1_x.sql:3:1 \\i is a command of psql',
    ],
    ['transaction control', '1_x.sql', up('select 1;\ncommit;'), '1_x.sql:3:1 COMMIT at top level'],
    [
      'variables of goose',
      '1_x.sql',
      '-- +goose Up\n-- +goose ENVSUB ON\nselect ${X};\n',
      '1_x.sql:2:1 from here on goose replaces',
    ],
    [
      'placeholders of Flyway',
      'V1__x.sql',
      'select\n  ${x};',
      'V1__x.sql:2:3 a placeholder, which Flyway',
    ],
    [
      'templates of tern',
      '1_x.sql',
      'select {{.x}};\n---- create above / drop below ----\n',
      '1_x.sql:1:8 a template, which tern',
    ],
    [
      'a second forward half',
      '1_x.sql',
      `${up('select 1;')}${up('select 2;')}`,
      '1_x.sql:5:1 a second forward half',
    ],
    [
      'SQL that the tool does not run',
      '1_x.sql',
      `select 0;\n${up('select 1;')}`,
      '1_x.sql:1:1 SQL before the mark',
    ],
    ['a repeatable migration', 'R__views.sql', 'select 1;', 'R__views.sql:null:null a repeatable'],
    [
      'a callback',
      'afterEachMigrate.sql',
      'select 1;',
      'afterEachMigrate.sql:null:null a callback',
    ],
  ])('%s', async (_what, path, text, said) => {
    const tool = said.includes('placeholder') ? 'flyway' : null;
    const besides =
      path.endsWith('__x.sql') || !/^\d/.test(path) ? { 'V9__y.sql': 'select 1;' } : {};
    const [first] = await unclearOf({ [path]: text, ...besides }, tool);
    expect(first).toContain(said);
    expect(first).toMatch(/; \w+/);
  });

  test.each([
    ['a context', 'context:test', 'a context or label'],
    ['each time', 'runAlways:true', 'runs each time'],
    ['another database', 'dbms:mysql', 'for another database'],
    ['may fail', 'failOnError:false', 'may fail'],
    ['another end', 'endDelimiter:/', 'do not end with ";"'],
  ])('an attribute of a change set: %s', async (_what, attribute, said) => {
    const sql = `--liquibase formatted sql\n--changeset a:1 ${attribute}\nselect 1;\n`;
    expect(await unclearOf({ 'a.sql': sql })).toEqual([expect.stringContaining(`a.sql:2:1`)]);
    expect((await unclearOf({ 'a.sql': sql }))[0]).toContain(said);
  });

  test('a precondition and a property of Liquibase', async () => {
    const sql = `--liquibase formatted sql\n--changeset a:1\n--preconditions onFail:MARK_RAN\nselect \${x};\n`;
    expect(await unclearOf({ 'a.sql': sql })).toEqual([
      expect.stringContaining('a.sql:3:1 a Liquibase precondition'),
      expect.stringContaining('a.sql:4:1 a property'),
    ]);
  });

  test('a migration that is a program keeps its number free', async () => {
    const files = { '1_a.sql': goose, '2_b.go': '', '3_c.sql': goose };
    expect(await unclearOf(files)).toEqual([
      expect.stringContaining('2_b.go:null:null a migration that is a program'),
    ]);
    expect((await known(files)).files.map(({ to }) => to)).toEqual([
      'public/1_a.sql',
      'public/3_c.sql',
    ]);
  });

  test('several statements outside a transaction, where the tool never sends them like that', async () => {
    const sql = 'create index concurrently i on t (a);\ncreate index concurrently j on t (b);';
    expect((await unclearOf({ '1_x.sql': up(sql) }))[0]).toContain(
      '1_x.sql:2:1 CREATE INDEX CONCURRENTLY',
    );
    expect(texts(await known({ '1_x.up.sql': sql }, { tool: 'golang-migrate' }))).toEqual({
      'public/1_x.sql': `-- pgm:no-transaction\n${sql}`,
    });
  });
});

test('a name that a ConfigMap cannot hold is made one that it can', async () => {
  const files = { 'V1__add a "column" é.sql': 'select 1;' };
  expect(Object.keys(texts(await known(files)))).toEqual(['public/1_add_a_column_.sql']);
});

test('what the target has already is told from what is in the way', async () => {
  const files = { '1_a.up.sql': 'select 1;', '2_b.up.sql': 'select 2;', '3_c.up.sql': 'select 3;' };
  const there = { 'public/1_a.sql': 'select 1;', 'public/2_b.sql': 'select 22;' };
  const { files: planned } = await known(files, {}, there);
  expect(planned.map(({ target }) => target)).toEqual(['the same', 'another', 'nothing']);
});

describe('a project whose tool looks into directories', () => {
  test('is imported from its home alone, so that files may be written beside it', async () => {
    const { plan, alike } = await known({ 'db/migration/V1__a.sql': 'select 1;\n' });
    expect([plan.root, alike]).toEqual(['db/migration', ['refinery']]);
  });

  test('is looked at as a whole if the tool runs anything elsewhere', async () => {
    const files = {
      'flyway.conf': '',
      'db/migration/V1__a.sql': 'select 1;\n',
      'src/main/java/db/migration/V2__b.java': '',
    };
    expect((await known(files)).plan.root).toBe('');
    expect(await unclearOf(files)).toEqual([expect.stringContaining('V2__b.java')]);
  });
});

describe('what a configuration says of all files', () => {
  test('Flyway: executeInTransaction=false holds for all but those that say otherwise', async () => {
    const files = {
      'flyway.conf': 'flyway.executeInTransaction=false\n',
      'sql/V1__a.sql': 'vacuum;\n',
      'sql/V2__b.sql': 'select 2;\n',
      'sql/V2__b.sql.conf': 'executeInTransaction=true\n',
    };
    expect(texts(await known(files))).toEqual({
      'public/1_a.sql': '-- pgm:no-transaction\nvacuum;\n',
      'public/2_b.sql': 'select 2;\n',
    });
  });

  test('sqitch: top_dir says where the plan is, and two of them say nothing', async () => {
    const files = {
      'sqitch.conf': '[core]\n\tengine = pg\n\ttop_dir = ./database/\n',
      'database/sqitch.plan': '%project=x\n\na 2023-01-01T00:00:00Z Ann <a@example.org>\n',
      'database/deploy/a.sql': 'select 1;\n',
    };
    expect(texts(await known(files))).toEqual({ 'public/001_a.sql': 'select 1;\n' });
    const two = `${files['sqitch.conf']}[engine "pg"]\n\ttop_dir = other\n`;
    const result = await understood({ ...files, 'sqitch.conf': two });
    expect(result.kind).toBe('unknown');
  });
});
