import { describe, expect, test } from 'vitest';
import { known } from './understood.js';

async function unclearOf(files: Readonly<Record<string, string>>, tool: string) {
  const { unclear } = await known(files, { tool });
  return unclear.map(({ path, line, column, what }) => {
    return `${path}:${line ?? 0}:${column ?? 0} ${what}`;
  });
}

describe('placeholders', () => {
  test('the first is told with its place, and in how many lines there are more', async () => {
    const sql = 'grant all on t to ${a};\nselect 1;\ngrant all on u to ${a};\nselect ${b}, ${c};\n';
    expect(await unclearOf({ 'V1__x.sql': sql }, 'flyway')).toEqual([
      'V1__x.sql:1:19 a placeholder, which Flyway replaces with a value, here and in 2 more lines',
    ]);
  });

  test.each([
    ['flyway', 'V1__x.sql', '-- ${a}\nselect 1;\n'],
    ['graphile-migrate', '000001.sql', '  -- owner to :DATABASE_OWNER;\nselect 1;\n'],
    ['liquibase', 'a.sql', '--liquibase formatted sql\n--changeset a:1\n-- ${a}\nselect 1;\n'],
  ])('%s: in a line that is a comment they change nothing', async (tool, path, sql) => {
    expect(await unclearOf({ [path]: sql }, tool)).toEqual([]);
  });

  test('tern: a template in a comment may stand for many lines', async () => {
    const sql = '-- {{ template "x" . }}\nselect 1;\n';
    expect(await unclearOf({ '001_x.sql': sql }, 'tern')).toEqual([
      expect.stringContaining('001_x.sql:1:4 a template'),
    ]);
  });
});

describe('what graphile-migrate has not committed yet', () => {
  const committed = '--! Previous: -\n--! Hash: sha1:0\n\nselect 1;\n';

  test.each([
    ['as it writes it', '-- Enter migration here\n'],
    ['empty', ''],
  ])('is nothing if the file is %s', async (_what, current) => {
    const files = {
      'migrations/committed/000001.sql': committed,
      'migrations/current.sql': current,
    };
    expect(await unclearOf(files, 'graphile-migrate')).toEqual([]);
  });

  test('is told if it has a statement', async () => {
    const files = {
      'migrations/committed/000001.sql': committed,
      'migrations/current.sql': '-- Enter migration here\nselect 2;\n',
    };
    expect(await unclearOf(files, 'graphile-migrate')).toEqual([
      '../current.sql:0:0 not committed yet',
    ]);
  });
});
