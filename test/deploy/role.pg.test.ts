import postgres from 'postgres';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createDatabase } from '../support/database.js';
import { freePort, until } from '../support/http.js';
import { pgm, RunningPgm } from '../support/pgm.js';
import { asAdmin, connect } from '../support/server.js';
import { makeTree } from '../support/tree.js';
import { type Cast, castRoles, makeDatabase, makeRole } from './roles.js';

const migrations = new URL('../../migrations', import.meta.url).pathname;
let cast: Cast;

beforeEach(() => {
  cast = castRoles();
});

afterEach(() => cast.remove());

type Environment = Readonly<Record<string, string>>;

const env = (role: 'runner' | 'reader', database?: string): Environment => ({
  DATABASE_URL: cast.url(role, database),
  MIGRATIONS_DIR: migrations,
});

/** Lends one session of a role. */
async function as<T>(url: string, use: (sql: postgres.Sql) => Promise<T>): Promise<T> {
  const sql = postgres(url, { max: 1, fetch_types: false, onnotice: () => undefined });
  try {
    return await use(sql);
  } finally {
    await sql.end();
  }
}

/** The SQLSTATE with which the server refuses a statement; fails when it does not. */
async function refusal(url: string, statement: string): Promise<string> {
  return as(url, async (sql) => {
    try {
      await sql.unsafe(statement);
    } catch (error) {
      return error instanceof postgres.PostgresError ? error.code : String(error);
    }
    throw new Error(`the server did not refuse: ${statement}`);
  });
}

const insufficientPrivilege = '42501';

describe('the role of role.sql', () => {
  beforeEach(async () => {
    await makeDatabase(cast);
    await makeRole(cast, 'role.sql', 'runner');
  });

  test('does the whole main job: ensure-db, migrate, status, baseline', async () => {
    const codes = [];
    for (const args of [['ensure-db'], ['migrate'], ['status', '--check'], ['baseline']]) {
      codes.push((await pgm(args, env('runner'))).exitCode);
    }
    expect(codes).toEqual([0, 0, 0, 0]);
  });

  test('watches, applies and becomes ready', async () => {
    const port = await freePort();
    const watching = new RunningPgm(['watch', '--health-port', String(port)], env('runner'));
    try {
      await until(port, '/readiness', 200);
    } finally {
      expect((await watching.stop()).exitCode).toBe(0);
    }
  });

  test('owns everything that the migrations made', async () => {
    await pgm(['migrate'], env('runner'));
    const owners = await as(
      cast.url('runner'),
      (sql) => sql`
        select distinct pg_get_userbyid(relowner) as owner from pg_class
        where relnamespace not in ('pg_catalog'::regnamespace, 'information_schema'::regnamespace)
          and relnamespace::regnamespace::text !~ '^pg_toast'`,
    );
    expect(owners.map(({ owner }) => String(owner))).toEqual([cast.runner]);
  });

  test('builds an index outside a transaction', async () => {
    const tree = await makeTree({
      'app/001_table.sql': 'create schema if not exists app; create table app.t (id int);',
      'app/002_index.sql': 'create index concurrently if not exists t_id on app.t (id);',
    });
    const settings = { ...env('runner'), MIGRATIONS_DIR: tree.directory };
    const { exitCode } = await pgm(['migrate'], settings);
    await tree.remove();
    expect(exitCode).toBe(0);
  });

  test('has no right beyond its database', async () => {
    const [row] = await asAdmin(
      (admin) => admin`
        select rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls
        from pg_roles where rolname = ${cast.runner}`,
    );
    expect(new Set(Object.values(row ?? {}))).toEqual(new Set([false]));
    for (const statement of [
      'select * from pg_authid',
      'create role another',
      "copy (select 1) to program 'true'",
      "select pg_read_file('postgresql.conf')",
    ]) {
      expect(await refusal(cast.url('runner'), statement), statement).toBe(insufficientPrivilege);
    }
  });

  test('cannot read what others have in another database', async () => {
    const other = await createDatabase();
    await other.sql`create table secret (id int)`;
    const url = cast.url('runner', other.name);
    expect(await refusal(url, 'select * from secret')).toBe(insufficientPrivilege);
    await other.sql`revoke connect on database ${other.sql(other.name)} from public`;
    expect(await refusal(url, 'select 1')).toBe(insufficientPrivilege);
    await other.drop();
  });

  test('cannot create a database, and pgm says which right that would take', async () => {
    const { exitCode, stderr } = await pgm(['ensure-db'], env('runner', `${cast.database}_2`));
    expect(exitCode).toBe(2);
    expect(stderr).toContain('CREATEDB');
  });

  test('keeps everybody else out of the database', async () => {
    await asAdmin((admin) =>
      admin.unsafe(`create role "${cast.reader}" login password 'of-one-test'`),
    );
    expect(await refusal(cast.url('reader'), 'select 1')).toBe(insufficientPrivilege);
  });

  test('sees and ends its own sessions, as supervising a file takes', async () => {
    await as(cast.url('runner'), async (lost) => {
      const [own] = await lost`select pg_backend_pid() as pid`;
      const pid = Number(own?.['pid']);
      await as(cast.url('runner'), async (sql) => {
        const [seen] = await sql`
          select state is not null as is_told, pg_terminate_backend(pid) as is_ended
          from pg_stat_activity where pid = ${pid}`;
        expect(seen).toEqual({ is_told: true, is_ended: true });
      });
    });
  });

  test('cannot end the session of a superuser, nor see since when it is at work', async () => {
    const admin = connect(cast.database);
    const [own] =
      await admin`select pg_backend_pid() as pid, set_config('application_name', 'psql', false)`;
    const pid = Number(own?.['pid']);
    const look = `select application_name, usename is not null as has_user, xact_start is null as is_hidden
      from pg_stat_activity where pid = ${pid}`;
    await admin.begin(async (tx) => {
      await tx`select 1`;
      const hidden = await as(cast.url('runner'), (sql) => sql.unsafe(look));
      expect(hidden).toEqual([{ application_name: 'psql', has_user: true, is_hidden: true }]);
      await asAdmin((sql) => sql.unsafe(`grant pg_read_all_stats to "${cast.runner}"`));
      const shown = await as(cast.url('runner'), (sql) => sql.unsafe(look));
      expect(shown).toMatchObject([{ is_hidden: false }]);
    });
    const end = `select pg_terminate_backend(${pid})`;
    expect(await refusal(cast.url('runner'), end)).toBe(insufficientPrivilege);
    await admin.end();
  });
});

describe('the role of role-createdb.sql', () => {
  beforeEach(() => makeRole(cast, 'role-createdb.sql', 'runner', 'postgres'));

  test('creates its database, migrates it and owns it', async () => {
    expect((await pgm(['ensure-db'], env('runner'))).exitCode).toBe(0);
    expect((await pgm(['migrate'], env('runner'))).exitCode).toBe(0);
    expect((await pgm(['status', '--check'], env('runner'))).exitCode).toBe(0);
    const [row] = await asAdmin(
      (admin) =>
        admin`select pg_get_userbyid(datdba) as owner from pg_database where datname = ${cast.database}`,
    );
    expect(row?.['owner']).toBe(cast.runner);
  });

  test('is no superuser, and makes no roles', async () => {
    expect(await refusal(cast.url('runner', 'postgres'), 'create role another')).toBe(
      insufficientPrivilege,
    );
  });
});

describe('the role of reader.sql', () => {
  beforeEach(async () => {
    await makeDatabase(cast);
    await makeRole(cast, 'role.sql', 'runner');
    await makeRole(cast, 'reader.sql', 'reader');
  });

  test('is told by status what is applied, before and after the first run', async () => {
    expect((await pgm(['status', '--check'], env('reader'))).exitCode).toBe(3);
    expect((await pgm(['migrate'], env('runner'))).exitCode).toBe(0);
    expect((await pgm(['status', '--check'], env('reader'))).exitCode).toBe(0);
  });

  test('reads the history and nothing else, and writes nothing', async () => {
    await pgm(['migrate'], env('runner'));
    for (const statement of [
      'select * from gcp.secrets',
      'delete from pgm.migrations',
      'create schema mine',
      'create table pgm.mine (id int)',
    ]) {
      expect(await refusal(cast.url('reader'), statement)).toBe(insufficientPrivilege);
    }
  });
});
