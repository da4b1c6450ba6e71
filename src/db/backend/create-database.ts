import { currentSettings } from '../../core/connection/connection.js';
import { DatabaseMissing, isWrongPassword, Refused } from '../../core/errors.js';
import { sqlstates } from '../../core/failure/sqlstates.js';
import type { Client } from '../wire/client.js';
import { dial, type DialOptions } from '../wire/dial.js';
import { serverErrorOf } from '../wire/errors.js';
import type { Bystanders } from '../../core/run/report.js';
import { identifier, literal } from '../wire/quote.js';
import { translateAsking } from './read-only.js';

type Options = Omit<DialOptions, 'database'>;

/** Connects to the target first, and creates it only when the server says that it does not exist (3D000). */
export async function ensureDatabase(options: Options): Promise<'existed' | 'created'> {
  const { database } = options.settings;
  try {
    const client = await dial({ ...options, database });
    await client.close();
    return 'existed';
  } catch (error) {
    if (!(error instanceof DatabaseMissing)) throw error;
  }
  const { user } = await currentSettings(options.settings);
  const client = await openMaintenance(options);
  try {
    return await create(client, database, user);
  } finally {
    await client.close();
  }
}

/** `template0`, so that nothing left in template1 is copied, and no session in template1 blocks us. */
async function create(
  client: Client,
  database: string,
  user: string,
): Promise<'existed' | 'created'> {
  try {
    await client.run(`create database ${identifier(database)} template template0`);
    return 'created';
  } catch (error) {
    const sqlstate = serverErrorOf(error)?.sqlstate;
    // Another session was faster: the second code is how the race shows up in the catalog.
    if (sqlstate === sqlstates.duplicateDatabase || sqlstate === sqlstates.uniqueViolation)
      return 'existed';
    if (sqlstate !== sqlstates.insufficientPrivilege) throw await translateAsking(error, client);
    throw new Refused(
      `the role ${identifier(user)} may not create the database ${identifier(database)} (42501); as a superuser run: ` +
        `ALTER ROLE ${identifier(user)} CREATEDB;  or create it there: CREATE DATABASE ${identifier(database)} OWNER ${identifier(user)};`,
      sqlstate,
      { cause: error },
    );
  }
}

/**
 * Asks on `opened`, or on a maintenance database if the target is missing. Null if no database accepts us, or the server does
 * not identify itself.
 */
export async function findBystanders(
  options: Options,
  opened: Client | null,
): Promise<Bystanders | null> {
  const { database } = options.settings;
  try {
    if (opened !== null) return await askBystanders(opened, database);
    const client = await openMaintenance(options);
    return await askBystanders(client, database).finally(() => client.close());
  } catch (error) {
    if (error instanceof Refused || serverErrorOf(error) !== null) return null;
    throw error;
  }
}

async function askBystanders(client: Client, database: string): Promise<Bystanders> {
  const [rows] = await client.run(`
select (select system_identifier::text from pg_catalog.pg_control_system()) as server,
  (select pg_catalog.count(*)::float8 from pg_catalog.pg_stat_activity
    where datname = ${literal(database)} and (application_name is null or application_name not like 'pgm/%')
      and backend_type is distinct from 'autovacuum worker') as sessions`);
  return { server: String(rows?.[0]?.['server']), sessions: Number(rows?.[0]?.['sessions']) };
}

/** Ends all connections to it. */
export async function dropDatabase(client: Client, name: string): Promise<void> {
  await client.run(`drop database if exists ${identifier(name)} with (force)`, null);
}

/** False if the server refuses, which is no reason to fail: another process may do it, or has done it. */
export async function ifMayBe(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (serverErrorOf(error) === null) throw error;
    return false;
  }
}

/** For a database that we create for ourselves. `otherwise`: what else can be done. */
export function mayNotCreate(
  { target }: Client,
  user: string,
  { why, otherwise }: { readonly why: string; readonly otherwise: string },
  cause: unknown,
): Refused {
  const [role, code] = [identifier(user), sqlstates.insufficientPrivilege];
  return new Refused(
    `the role ${role} may not create a database on ${target} (${code}), and ${why}; ` +
      `as a superuser run: ALTER ROLE ${role} CREATEDB;${otherwise}`,
    code,
    { cause },
  );
}

/** The first maintenance database that accepts us. Throws `Refused`, with the reason of the first, if none does. */
export async function openMaintenance(options: Options): Promise<Client> {
  let first: Refused | DatabaseMissing | null = null;
  for (const database of options.settings.maintenanceDatabases) {
    try {
      return await dial({ ...options, database });
    } catch (error) {
      const isAboutThisOne = error instanceof DatabaseMissing || error instanceof Refused;
      if (!isAboutThisOne || isWrongPassword(error)) throw error;
      first ??= error;
    }
  }
  const names = options.settings.maintenanceDatabases.map(identifier).join(', ');
  const reason =
    first instanceof DatabaseMissing
      ? `${identifier(first.database)} does not exist`
      : (first?.message ?? 'none was named');
  throw new Refused(
    `pgm cannot connect to a database from which to create ${identifier(options.settings.database)} (tried ${names}): ` +
      `${reason}; name one with --maintenance-db`,
    sqlstates.invalidCatalogName,
    { cause: first },
  );
}
