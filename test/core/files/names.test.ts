import { describe, expect, test } from 'vitest';
import { parsePath, printable, schemaProblem } from '../../../src/core/files/names.js';

const reserved = ['pgm'];

function keyOf(path: string): string {
  const named = parsePath(path, reserved);
  return named.kind === 'migration'
    ? `${named.schema}/${named.filename} #${named.number}`
    : named.reason;
}

describe('a path in a tree', () => {
  test.each([
    ['gcp/001_create_schema.sql', 'gcp/001_create_schema.sql #001'],
    ['gcp/001.sql', 'gcp/001.sql #001'],
    ['gcp/002b_late.sql', 'gcp/002b_late.sql #002'],
    ['gcp/10_x.sql', 'gcp/10_x.sql #10'],
    ['gcp/001-with-dashes and blanks.sql', 'gcp/001-with-dashes and blanks.sql #001'],
    ['my_app/001_x.sql', 'my_app/001_x.sql #001'],
    ['_x$1/001_x.sql', '_x$1/001_x.sql #001'],
    ['Gcp/001_x.sql', 'Gcp/001_x.sql #001'],
    ['größe/001_x.sql', 'größe/001_x.sql #001'],
    ['gro\u0308\u00dfe/001_x.sql', 'gro\u0308\u00dfe/001_x.sql #001'],
    ['gcp/001_it\'s "a" 100%\n$1 🎉.sql', 'gcp/001_it\'s "a" 100%\n$1 🎉.sql #001'],
  ])('%j names %j', (path, key) => {
    expect(keyOf(path)).toBe(key);
  });

  test('the number keeps its zeros and may be of any length', () => {
    const digits = '0'.repeat(10) + '9'.repeat(30);
    expect(keyOf(`gcp/${digits}_x.sql`)).toBe(`gcp/${digits}_x.sql #${digits}`);
  });

  test.each(['gcp/x.sql', 'gcp/_001.sql', 'gcp/.sql', 'gcp/١_arabic.sql'])(
    '%s has no number to start with',
    (path) => {
      expect(keyOf(path)).toBe('the file name must start with a number: <number>_<name>.sql');
    },
  );

  test.each(['a/b/001_x.sql', 'a/b/c/d/001_x.sql'])('%s lies too deep', (path) => {
    expect(keyOf(path)).toBe('it is nested too deeply: use <schema>/<number>_<name>.sql');
  });
});

describe('a key of a ConfigMap', () => {
  test.each([
    ['gcp_001_create_schema.sql', 'gcp/001_create_schema.sql #001'],
    ['my_app_001_x.sql', 'my_app/001_x.sql #001'],
    ['gcp_001.sql', 'gcp/001.sql #001'],
    ['gcp_001_add_2_columns.sql', 'gcp/001_add_2_columns.sql #001'],
    ['gcp_002b_late.sql', 'gcp/002b_late.sql #002'],
    ['my_2nd_app_001_x.sql', 'my_2nd_app/001_x.sql #001'],
    ['001_x.sql', 'public/001_x.sql #001'],
    ['001.sql', 'public/001.sql #001'],
    ['002b_x.sql', 'public/002b_x.sql #002'],
    ['002b_add_2_columns.sql', 'public/002b_add_2_columns.sql #002'],
    ['gcp__001_x.sql', 'gcp_/001_x.sql #001'],
  ])('%s is %s', (path, key) => {
    expect(keyOf(path)).toBe(key);
  });

  test.each(['gcp.sql', 'gcp_create.sql', 'gcp-001_x.sql'])('%s cannot be split', (path) => {
    expect(keyOf(path)).not.toContain('#');
  });

  test('a name without any number says what a name looks like', () => {
    expect(keyOf('gcp_create.sql')).toBe(
      'the name has no number to split at: <schema>_<number>_<name>.sql',
    );
  });

  test('a name that begins with _ has no schema before the number', () => {
    expect(keyOf('_001_x.sql')).toBe('"" is not a valid schema name: use letters, digits and _');
  });
});

describe('a schema', () => {
  test.each(['pg_catalog', 'pg_x', 'PG_X', 'pg_', 'information_schema', 'Information_Schema'])(
    '%s is reserved by PostgreSQL',
    (name) => {
      expect(schemaProblem(name, [])).toBe(`the schema name "${name}" is reserved by PostgreSQL`);
    },
  );

  test.each(['pg', 'pgx', 'information'])('%s is free', (name) => {
    expect(schemaProblem(name, [])).toBeNull();
  });

  test('the one of the history is taken, whatever it is called', () => {
    expect(schemaProblem('pgm', ['pgm'])).toBe(`the schema "pgm" is where pgm keeps its history`);
    expect(schemaProblem('books', ['books'])).toContain('"books"');
    expect(schemaProblem('pgm', ['books'])).toBeNull();
  });

  test('a flat key cannot sneak into the history either', () => {
    expect(keyOf('pgm_001_x.sql')).toContain('is where pgm keeps its history');
  });

  test('63 bytes are allowed and 64 are not, counted as PostgreSQL counts', () => {
    expect(schemaProblem('a'.repeat(63), [])).toBeNull();
    expect(schemaProblem('a'.repeat(64), [])).toContain('longer than the 63 bytes');
    expect(schemaProblem('é'.repeat(31), [])).toBeNull();
    expect(schemaProblem('é'.repeat(32), [])).toContain('longer than the 63 bytes');
  });

  test.each(['', '1a', 'a b', 'a-b', 'a.b', 'a"b', "a'b", '$a', 'a;drop', 'a\u0000b'])(
    '%j is no valid name',
    (name) => {
      expect(schemaProblem(name, [])).toContain('is not a valid schema name');
    },
  );

  test('what is shown of a bad name cannot break a line', () => {
    expect(schemaProblem('a\nb', [])).toBe(
      '"a\\u000ab" is not a valid schema name: use letters, digits and _',
    );
  });
});

describe('printable', () => {
  test.each([
    ['\u0000', '\\u0000'],
    ['\u001b[31m', '\\u001b[31m'],
    ['\n', '\\u000a'],
    ['\u0085', '\\u0085'],
    ['\u2028', '\\u2028'],
    ['\u200f', '\\u200f'],
    ['\u202e', '\\u202e'],
    ['\u2066', '\\u2066'],
    ['\ud800', '\\ud800'],
    ['\udfff', '\\udfff'],
  ])('shows %j as %j', (text, shown) => {
    expect(printable(`a${text}b`)).toBe(`a${shown}b`);
  });

  test('leaves letters, emoji and blanks as they are', () => {
    const text = 'größe 東京 🎉 100% $1 \'"';
    expect(printable(text)).toBe(text);
  });
});
