import { describe, expect, test } from 'vitest';
import { explainFailure } from '../../../../src/core/failure/explain/explain-failure.js';
import { ownError, type ServerError } from '../../../../src/core/failure/server-error.js';
import type { MigrationFailure } from '../../../../src/core/failure/failure.js';
import { literalRanges } from '../../../../src/sql/literals.js';

const plain = ownError('42601', 'syntax error');

function explain(
  text: string,
  error: Partial<ServerError>,
  more: { readonly pieceStart?: number; readonly statementStart?: number } = {},
): MigrationFailure {
  const literals = literalRanges(text);
  const { pieceStart = 0, statementStart = null } = more;
  return explainFailure({
    text,
    pieceStart,
    statementStart,
    literals,
    error: { ...plain, ...error },
  });
}

/** As the server counts: 1-based, in code points, from the start of the piece. */
function positionOf(text: string, part: string, pieceStart = 0): number {
  return Array.from(text.slice(pieceStart, text.indexOf(part, pieceStart))).length + 1;
}

describe('the place of an error', () => {
  test('is counted in the file, not in the piece that was sent', () => {
    const text = "begin;\nselect '😀é';\n  selec 1;\ncommit;";
    const pieceStart = 7;
    const position = positionOf(text, 'selec 1', pieceStart);
    const failure = explain(text, { position }, { pieceStart });
    expect(failure).toMatchObject({
      kind: 'sql',
      sqlstate: '42601',
      place: { line: 3, column: 3 },
      excerpt: { text: '  selec 1;', caret: 3 },
    });
  });

  test('is not known for an error without a position and without a statement', () => {
    expect(explain('select 1; select 2', {})).toMatchObject({ place: null, excerpt: null });
  });

  test('is the statement that failed when the server gives no position', () => {
    const text = 'select 1;\nvacuum t;';
    expect(explain(text, {}, { statementStart: 10 })).toMatchObject({
      place: { line: 2, column: 1 },
      excerpt: { text: 'vacuum t;', caret: 1 },
    });
  });

  test('is the line of the DO block that failed, in any language', () => {
    const text = "select 1;\ndo $$\nbegin\n  raise exception 'x';\nend $$;\nselect 2;";
    const where = 'PL/pgSQL-Funktion inline_code_block Zeile 3 bei RAISE';
    const statementStart = text.indexOf('do');
    expect(explain(text, { where }, { statementStart })).toMatchObject({
      place: { line: 4, column: 3 },
      excerpt: { text: "  raise exception '•••';", caret: 3 },
    });
    const twice = `do $a$ begin end $a$; ${text}`;
    const second = { statementStart: twice.indexOf('do $$') };
    expect(explain(twice, { where }, second).place).toEqual({ line: 4, column: 3 });
    const called = explain('select f();', { where }, { statementStart: 0 });
    expect(called.place).toEqual({ line: 1, column: 1 });
  });

  test('is the row of COPY', () => {
    const text = 'copy s from stdin;\n1\n\\.\ncopy t from stdin;\n1\n2\nx\n\\.\n';
    const where = 'COPY t, line 3, column a: "x"';
    const failure = explain(
      text,
      { sqlstate: '22P02', where },
      { pieceStart: text.indexOf('copy t') },
    );
    expect(failure).toMatchObject({
      place: { line: 7, column: 1 },
      excerpt: { text: '•••', caret: 1 },
    });
  });

  test('is the row of COPY into a table whose name looks like a line', () => {
    const text = 'copy s."x, line 2 ""y""" ("a;") from /* x; */ stdin;\n1\nx\n3\n\\.\n';
    const where = 'COPY x, line 2 "y", line 3, column a: "x"';
    expect(explain(text, { sqlstate: '22P02', where }).place).toEqual({ line: 4, column: 1 });
  });

  test('is the row of COPY after a comment on its last line', () => {
    const text = 'copy t from stdin; -- it\'s; no "csv, copy\n"1\n2"\nx\n\\.\n';
    const where = 'COPY t, line 3, column a: "x"';
    expect(explain(text, { sqlstate: '22P02', where }).place).toEqual({ line: 4, column: 1 });
  });

  test.each([
    ["copy t from program 'x';", 0],
    ['do $$ begin execute x; end $$;', 10],
    ["copy t from '/x'; -- from stdin", 0],
  ])('is no row of a later COPY: %s', (sql, statementStart) => {
    const start = ' '.repeat(statementStart);
    const text = `${start}${sql}\ncopy t from stdin;\n1\n2\nx\n\\.\n`;
    const where = 'COPY t, line 3, column a: "x"';
    expect(explain(text, { sqlstate: '22P02', where }, { statementStart })).toMatchObject({
      place: { line: 1, column: statementStart + 1 },
    });
  });

  test('is not known at COMMIT, and the advice says why', () => {
    const failure = explain('select 1', { sqlstate: '23503', atCommit: true, position: 1 });
    expect(failure.place).toBeNull();
    expect(failure.advice).toMatch(/deferred/);
  });
});

describe('an excerpt', () => {
  test('shows no literal, and how long none of them is; the caret points right', () => {
    const text = "insert into t values ('hunter2', 1, E'it\\'s', $$x$$, '') x; -- hunter2";
    const failure = explain(text, { position: positionOf(text, 'x; ') });
    expect(failure.excerpt?.text).toBe(
      "insert into t values ('•••', 1, E'•••', $$•••$$, '•••') x; --•••",
    );
    expect(failure.excerpt?.caret).toBe(failure.excerpt!.text.indexOf('x; ') + 1);
  });

  test('shows code of a function, without its literals', () => {
    const text = "do $$ begin x := 'hunter2'; perfor y; end $$;";
    expect(explain(text, { position: positionOf(text, 'perfor') }).excerpt?.text).toBe(
      "do $$ begin x := '•••'; perfor y; end $$;",
    );
  });
});

describe('what the server quotes', () => {
  const file =
    "create role app password 'hunter2'; alter table users add a int; select 'it''s', 'users', 'abc', 'openSesame';";

  test.each<[error: Partial<ServerError>, message: string]>([
    [{ message: 'syntax error at or near "hunter2"' }, 'syntax error at or near "•••"'],
    [{ message: `syntax error at or near "'hunter2'"` }, `syntax error at or near "'•••'"`],
    [{ message: 'Syntaxfehler bei »hunter2«' }, 'Syntaxfehler bei »•••«'],
    [
      { message: 'erreur de syntaxe sur ou près de « hunter2 »' },
      'erreur de syntaxe sur ou près de « ••• »',
    ],
    [{ message: 'syntax error at or near "unter"' }, 'syntax error at or near "•••"'],
    [{ message: 'no such thing: "my hunter2 x"' }, 'no such thing: "my ••• x"'],
    [{ message: 'no such thing: "my openSesame"' }, 'no such thing: "•••"'],
    [{ message: 'role "abc" does not exist' }, 'role "•••" does not exist'],
    [{ message: 'syntax error at or near "it\'s"' }, 'syntax error at or near "•••"'],
    [{ sqlstate: 'P0001', message: 'cannot log in with hunter2' }, 'cannot log in with •••'],
  ])('is masked when a literal gives it away: %j', (error, message) => {
    expect(explain(file, error).message).toBe(message);
  });

  test.each<[error: Partial<ServerError>, message: string]>([
    [{ message: 'relation "users" does not exist' }, 'relation "users" does not exist'],
    [{ message: 'syntax error at or near "selec"' }, 'syntax error at or near "selec"'],
    [
      { message: 'constraint "abc" is violated', constraint: 'abc' },
      'constraint "abc" is violated',
    ],
  ])('stays when it is the name of something: %j', (error, message) => {
    expect(explain(file, error).message).toBe(message);
  });

  test.each([
    ["set work_mem = '1 secret';", 'work_mem', '1 secret', true],
    ['set work_mem = \'a": "b secret\';', 'work_mem', 'a": "b secret', true],
    ["select set_config('work_mem', '1 secret', true);", 'work_mem', '1 secret', false],
  ])(
    'of a setting stays when code names it, and its value does not: %s',
    (text, name, value, stays) => {
      const message = `invalid value for parameter "${name}": "${value}"`;
      const shown = explain(text, { sqlstate: '22023', message }).message;
      expect(shown).toBe(`invalid value for parameter "${stays ? `${name}": "•••` : '•••'}"`);
    },
  );

  test('is masked at a literal, even when code has the same word', () => {
    const text = 'create user hunter2 password hunter2;';
    const position = positionOf(text, 'hunter2;');
    const failure = explain(text, { position, message: 'syntax error at or near "hunter2"' });
    expect(failure.message).toBe('syntax error at or near "•••"');
    expect(failure.excerpt).toEqual({ text: 'create user hunter2 password •••;', caret: 30 });
  });

  test('is masked when nothing ends it', () => {
    const text = "select 1;\ncreate role a password 'hunter2;\nselect 2;";
    const position = positionOf(text, "'hunter2");
    const message = `unterminated quoted string at or near "'hunter2;\nselect 2;"`;
    const failure = explain(text, { position, message });
    expect(failure.message).toBe('unterminated quoted string at or near "•••"');
    expect(failure.excerpt?.text).toBe("create role a password '•••");
  });

  test('is masked in a file that is too long to look through, and begins with a comment', () => {
    const text = `-- a dump\nselect 'hunter2';${' '.repeat(4 * 1024 * 1024)}`;
    expect(explain(text, { message: 'no "hunter2"' }).message).toBe('no "•••"');
  });

  test('is masked in detail, hint and context too', () => {
    const failure = explain(file, {
      detail: 'see "hunter2"',
      hint: 'Perhaps you meant "hunter2".',
      where: `SQL statement "alter role x password 'sEcret' valid until E'it\\'s sEcret'"\nPL/pgSQL function inline_code_block line 3 at EXECUTE`,
    });
    expect(failure.detail).toBe('see "•••"');
    expect(failure.hint).toBe('Perhaps you meant "•••".');
    expect(failure.context).toBe(
      `SQL statement "alter role x password '•••' valid until '•••'"\nPL/pgSQL function inline_code_block line 3 at EXECUTE`,
    );
  });

  test('stays when the file tells RAISE to say it', () => {
    const text = `do $$ begin raise exception 'step 2: "foo" is missing' using hint = 'run 001 first'; end $$;`;
    const failure = explain(text, {
      sqlstate: 'P0001',
      message: 'step 2: "foo" is missing',
      hint: 'run 001 first',
    });
    expect(failure).toMatchObject({ message: 'step 2: "foo" is missing', hint: 'run 001 first' });
  });

  test('is cut when it is very long', () => {
    const failure = explain('select 1', { where: 'x'.repeat(5000) });
    expect(failure.context).toHaveLength(2001);
  });
});

describe('values of rows are masked:', () => {
  test.each<[error: Partial<ServerError>, detail: string]>([
    [
      { sqlstate: '23505', detail: 'Key (email)=(alice@x) already exists.' },
      'Key (email)=(…) already exists.',
    ],
    [
      { sqlstate: '23505', detail: 'Key (lower(a), b)=(x)=(y), 1) already exists.' },
      'Key (lower(a), b)=(…) already exists.',
    ],
    [
      { sqlstate: '23505', detail: 'Schlüssel »(email)=(alice@x)« existiert bereits.' },
      'Schlüssel »(email)=(…)« existiert bereits.',
    ],
    [
      { sqlstate: '23503', detail: 'Key (a)=(alice) is not present in table "users".' },
      'Key (a)=(…) is not present in table "users".',
    ],
    [
      { sqlstate: '23P01', detail: 'Key (a)=(x) conflicts with existing key (a)=(y).' },
      'Key (a)=(…).',
    ],
    [
      { sqlstate: '23502', detail: 'Failing row contains (1, alice) , null).' },
      'Failing row contains (…).',
    ],
    [
      { sqlstate: '23514', detail: 'Partition key of the failing row contains (a) = (alice).' },
      'Partition key of the failing row contains (a) = (…).',
    ],
    [{ sqlstate: '44000', detail: 'Failing row contains (alice).' }, 'Failing row contains (…).'],
    [{ sqlstate: '22P02', detail: 'Token "alice" is invalid.' }, 'Token "•••" is invalid.'],
  ])('in the detail %j', (error, detail) => {
    expect(explain('select 1', error).detail).toBe(detail);
  });

  test.each([
    [
      'invalid input syntax for type integer: "alice"',
      'invalid input syntax for type integer: "•••"',
    ],
    [
      'invalid input syntax for type integer: "ali"ce"',
      'invalid input syntax for type integer: "•••"',
    ],
    ['value "99999" is out of range', 'value "•••" is out of range'],
    ['division by zero', 'division by zero'],
  ])('in the message %j', (message, shown) => {
    expect(explain('select 1', { sqlstate: '22003', message }).message).toBe(shown);
  });

  test.each([
    ['COPY t, line 3, column a: "alice\nbob"', 'COPY t, line 3, column a: •••'],
    ['COPY t, Zeile 3: »alice«', 'COPY t, Zeile 3: •••'],
    ['COPY t, line 3', 'COPY t, line 3'],
    ['JSON data, line 1: {"password": alice...\nCOPY t, line 1', 'JSON data, line 1: •••'],
    [
      'PL/pgSQL function f(text) line 3 at SQL statement',
      'PL/pgSQL function f(text) line 3 at SQL statement',
    ],
    ['SQL statement "select $q$alice$q$, \'alice"', "SQL statement \"select $q$•••$q$, '•••'"],
  ])('in the context %j', (where, context) => {
    expect(explain('select 1', { sqlstate: '22P02', where }).context).toBe(context);
  });

  test('in documents of XML, which the detail repeats unquoted', () => {
    expect(
      explain('select 1', { sqlstate: '2200N', detail: 'line 1: <a>alice' }).detail,
    ).toBeNull();
  });

  test('names of columns and constraints are not masked', () => {
    const message = 'null value in column "email" of relation "users" violates not-null constraint';
    expect(explain("select 'email'", { sqlstate: '23502', message, column: 'email' }).message).toBe(
      message,
    );
  });
});
