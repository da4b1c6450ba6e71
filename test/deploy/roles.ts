import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { emptyDatabaseName } from '../support/database.js';
import { asAdmin, connect, testServer, urlFor } from '../support/server.js';

/** The roles of deploy/sql under names of their own: roles belong to the whole server, which other tests use too. */
export interface Cast {
  readonly database: string;
  /** Stands for `pact`. */
  readonly runner: string;
  /** Stands for `pact_reader`. */
  readonly reader: string;
  /** The text of a file of deploy/sql with these names. */
  sql(file: string): string;
  /** A `DATABASE_URL` of one of the roles, by default for the database. */
  url(role: 'runner' | 'reader', database?: string): string;
  /** Ends every session, then drops database and roles, whichever of them exist. */
  remove(): Promise<void>;
}

const password = 'of-one-test';

export function castRoles(): Cast {
  const suffix = randomBytes(4).toString('hex');
  const free = emptyDatabaseName();
  const names = {
    database: free.name,
    runner: `runner_${suffix}`,
    reader: `reader_${suffix}`,
  };
  return {
    ...names,
    sql: (file) => renamed(readSql(file), names),
    url: (role, database = names.database) => urlFor(database, { user: names[role], password }),
    remove: async () => {
      await free.drop();
      await asAdmin((admin) =>
        admin.unsafe(
          `drop role if exists "${names.reader}"; drop role if exists "${names.runner}"`,
        ),
      );
    },
  };
}

/** Runs a file of deploy/sql as a superuser in `database`, and gives the role it makes a password. */
export async function makeRole(
  cast: Cast,
  file: string,
  role: 'runner' | 'reader',
  database = cast.database,
): Promise<void> {
  const sql = connect(database, testServer());
  try {
    await sql.unsafe(cast.sql(file)).simple();
    await sql.unsafe(`alter role "${cast[role]}" password '${password}'`);
  } finally {
    await sql.end();
  }
}

export async function makeDatabase({ database }: Cast): Promise<void> {
  await asAdmin((admin) => admin.unsafe(`create database "${database}" template template0`));
}

function readSql(file: string): string {
  return readFileSync(new URL(`../../deploy/sql/${file}`, import.meta.url), 'utf8');
}

function renamed(text: string, { database, runner, reader }: Record<string, string>): string {
  return text
    .replace(/\bpact_mock_servers\b/g, `"${database ?? ''}"`)
    .replace(/\bpact_reader\b/g, `"${reader ?? ''}"`)
    .replace(/\bpact\b/g, `"${runner ?? ''}"`);
}
