import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createDatabase, type Database, emptyDatabaseName } from '../../support/database.js';
import { freePort } from '../../support/http.js';
import { pgm, RunningPgm } from '../../support/pgm.js';
import { urlFor } from '../../support/server.js';
import { makeTree, type Tree } from '../../support/tree.js';

const files = {
  'a/001_one.sql': 'create schema a; create table a.one (id int primary key, name text);',
  'b/001_two.sql': 'create schema b; create table b.two (id int primary key);',
};

let database: Database;
let tree: Tree;
let empty: Tree;
const shadow = urlFor('postgres');

beforeAll(async () => {
  database = await createDatabase();
  tree = await makeTree(files);
  empty = await makeTree({});
  await database.sql.unsafe(files['b/001_two.sql']);
  await database.sql.unsafe(files['a/001_one.sql']);
});

afterAll(async () => {
  await Promise.all([tree.remove(), empty.remove(), database.drop()]);
});

const ofFiles = (...more: readonly string[]) =>
  pgm(['schema', '--shadow-url', shadow, '--dir', tree.directory, ...more]);
const ofDatabase = (...more: readonly string[]) =>
  pgm(['schema', ...more], { DATABASE_URL: database.url });

describe('pgm schema', () => {
  test('prints the same for a database and for the files that made it in another order', async () => {
    const [live, made] = [await ofDatabase(), await ofFiles()];
    expect(live).toMatchObject({ exitCode: 0, signal: null });
    expect(live.stdout).toContain('CREATE TABLE a.one (\n    id integer NOT NULL,');
    expect(made.stdout).toBe(live.stdout);
  });

  test('prints the same bytes whatever settings the role and the database have', async () => {
    const before = await ofDatabase();
    const settings = {
      search_path: 'a, b',
      timezone: 'Asia/Tokyo',
      datestyle: 'German',
      lc_messages: 'C',
      quote_all_identifiers: 'on',
      bytea_output: 'escape',
      standard_conforming_strings: 'off',
      default_transaction_isolation: 'serializable',
      intervalstyle: 'sql_standard',
      extra_float_digits: '-5',
    };
    const { sql, name } = database;
    await sql.unsafe(`create role schema_odd login superuser password 'x'`);
    for (const [setting, value] of Object.entries(settings)) {
      await sql.unsafe(
        `alter role schema_odd set ${setting} = ${value.includes(',') ? value : `'${value}'`}`,
      );
    }
    const url = urlFor(name, { user: 'schema_odd', password: 'x' });
    const after = await pgm(['schema'], { DATABASE_URL: url });
    await sql.unsafe('drop role schema_odd');
    expect(after.stderr).toBe('');
    expect(after.stdout).toBe(before.stdout);
  });

  test('leaves the history out and writes none', async () => {
    const { exitCode } = await pgm(['migrate', '--dir', empty.directory, '--allow-empty'], {
      DATABASE_URL: database.url,
    });
    expect(exitCode).toBe(0);
    const { stdout } = await ofDatabase();
    expect(stdout).not.toContain('pgm.');
    const fresh = await createDatabase();
    await pgm(['schema'], { DATABASE_URL: fresh.url });
    const schemas = await fresh.sql`select 1 from pg_namespace where nspname = 'pgm'`;
    await fresh.drop();
    expect(schemas).toHaveLength(0);
  });

  test('warns of flags that say something about files where none are read', async () => {
    const { stderr, exitCode } = await ofDatabase('--dir', tree.directory);
    expect(exitCode).toBe(0);
    expect(stderr).toContain('--dir is not used: the schema is that of the database');
  });

  test('prints nothing of files of which one fails, and says where, with exit 1', async () => {
    const broken = await makeTree({
      'a/001_one.sql': 'create table a_one (id int);',
      'a/002_bad.sql': 'create table x (\n  id nonsense);',
      'a/003_end.sql': 'rollback;',
    });
    const { exitCode, stdout, stderr } = await pgm([
      'schema',
      '--shadow-url',
      shadow,
      '--dir',
      broken.directory,
    ]);
    await broken.remove();
    expect(exitCode).toBe(1);
    expect(stdout).toBe('');
    expect(stderr).toContain(
      '2 of 3 files cannot be applied, so there is no complete schema to print:',
    );
    expect(stderr).toMatch(/a\/002_bad\.sql:2:6: .*"nonsense" does not exist/);
    expect(stderr).toMatch(/a\/003_end\.sql:1:1: /);
  });

  test('--embedded has the user and the database of the connection string, which files may name', async () => {
    const named = await makeTree({
      'a/001_named.sql': `alter database appdb set work_mem = '5MB';
create table a_owned (id int);
alter table a_owned owner to appuser;`,
    });
    const url = 'postgresql://appuser:secret@elsewhere.invalid/appdb';
    const args = ['schema', '--embedded', '--dir', named.directory];
    for (const { stdout, stderr } of [
      await pgm([...args, '--database-url', url]),
      await pgm(args, { DATABASE_URL: url }),
    ]) {
      expect(stdout, stderr).toContain('CREATE TABLE public.a_owned (');
    }
    await named.remove();
  });

  test('refuses a directory for --embedded', async () => {
    const { exitCode, stderr } = await pgm([
      'schema',
      '--embedded',
      tree.directory,
      '--dir',
      tree.directory,
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toContain('give --embedded without a directory');
  });
});

describe('pgm schema --check', () => {
  const file = (name: string): string => join(tree.directory, name);

  test('ends with 0 where the file says the same, with LF or CRLF', async () => {
    const { stdout } = await ofDatabase();
    await writeFile(file('lf.txt'), stdout);
    await writeFile(file('crlf.txt'), `\uFEFF${stdout.replaceAll('\n', '\r\n')}`);
    for (const name of ['lf.txt', 'crlf.txt']) {
      expect(await ofDatabase('--check', file(name))).toMatchObject({ exitCode: 0, stdout: '' });
    }
    expect((await ofFiles('--check', file('lf.txt'))).exitCode).toBe(0);
  });

  test('shows what is other in the database than in the file, and ends with 3', async () => {
    const { stdout } = await ofDatabase();
    const changed = stdout.replace('    name text,', '    name integer,');
    await writeFile(file('other.txt'), changed);
    const checked = await ofDatabase('--check', file('other.txt'));
    expect(checked.exitCode).toBe(3);
    const [old, now, range, ...lines] = checked.stdout.trimEnd().split('\n');
    expect([old, now]).toEqual([`--- ${file('other.txt')}`, '+++ what is in the database']);
    expect(range).toMatch(/^@@ -\d+,7 \+\d+,7 @@$/);
    expect(lines.filter((line) => !line.startsWith(' '))).toEqual([
      '-    name integer,',
      '+    name text,',
    ]);
    expect(await readFile(file('other.txt'), 'utf8')).toBe(changed);
  });

  test('says before it asks a server that there is no such file, or none with text', async () => {
    const nowhere = { DATABASE_URL: `postgresql://x@127.0.0.1:${await freePort()}/x` };
    const missing = await pgm(['schema', '--check', file('none.sql')], nowhere);
    expect(missing).toMatchObject({ exitCode: 2, stdout: '' });
    expect(missing.stderr).toContain(
      'none.sql: there is no such file; to make it, write the output of pgm schema',
    );
    await writeFile(file('utf16.txt'), Buffer.from('\uFEFFa', 'utf16le'));
    const wide = await pgm(['schema', '--check', file('utf16.txt')], nowhere);
    expect(wide.stderr).toContain('it is not UTF-8 text');
    expect((await pgm(['schema', '--check', tree.directory], nowhere)).stderr).toContain(
      'it is a directory',
    );
  });
});

describe('pgm schema where something is in the way', () => {
  test('PostgreSQL is away: exit 4', async () => {
    const url = `postgresql://x@127.0.0.1:${await freePort()}/x`;
    const { exitCode, stderr } = await pgm(['schema', '--wait-timeout', '200ms'], {
      DATABASE_URL: url,
    });
    expect(exitCode).toBe(4);
    expect(stderr).toContain('was not reachable within 0.2 s');
  });

  test('there is no such database: exit 2', async () => {
    const { url } = emptyDatabaseName();
    const { exitCode, stderr, stdout } = await pgm(['schema'], { DATABASE_URL: url });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(stderr).toContain('does not exist');
  });

  test('a role without any rights sees the same, and is told what it may not see', async () => {
    const { sql, name } = database;
    await sql.unsafe(`do $$ begin create role schema_nobody login password 'x'; exception when duplicate_object then null; end $$;
      create foreign data wrapper w; create server far foreign data wrapper w;
      create user mapping for public server far options (user 'u');
      revoke all on schema a, b from public`);
    const { stdout } = await ofDatabase();
    const url = urlFor(name, { user: 'schema_nobody', password: 'x' });
    const nobody = await pgm(['schema'], { DATABASE_URL: url });
    await sql.unsafe('drop foreign data wrapper w cascade; drop role schema_nobody');
    expect(nobody.exitCode).toBe(0);
    expect(nobody.stderr).toContain(
      'this role may not see the options of user mapping public on server far',
    );
    const hidden =
      '-- not loadable: the options of user mapping public on server far: this role may not see them';
    expect(nobody.stdout.replace(`;\n${hidden}`, ` OPTIONS ("user" 'u');`)).toBe(stdout);
  });

  test('an interrupt while a table is locked: exit 130', async () => {
    const { sql } = database;
    const taken = await sql.reserve();
    await taken.unsafe('begin; lock table pg_catalog.pg_publication in access exclusive mode');
    const running = new RunningPgm(['schema'], { DATABASE_URL: database.url });
    const waiting = async (): Promise<boolean> => {
      // By the session that is there: pgm waits for two seconds only, and connecting takes its time on a busy machine.
      const rows = await taken.unsafe(
        `select from pg_locks where not granted and database = (select oid from pg_database where datname = current_database())`,
      );
      return rows.length > 0;
    };
    await expect.poll(waiting).toBe(true);
    const { exitCode, stdout } = await running.stop('SIGINT');
    await taken.unsafe('rollback');
    taken.release();
    expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' });
  });
});
