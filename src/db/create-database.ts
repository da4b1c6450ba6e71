import { DatabaseMissing, Refused } from '../core/errors.js';
import type { Client } from './client.js';
import { dial, type DialOptions } from './dial.js';
import { serverErrorOf } from './errors.js';
import { identifier } from './quote.js';
import { translateAsking } from './read-only.js';

type Options = Omit<DialOptions, 'database'>;

/** Connects to the target first, and creates it only when the server says that it is missing (3D000). */
export async function ensureDatabase(options: Options): Promise<'existed' | 'created'> {
  const { database } = options.settings;
  try {
    const client = await dial({ ...options, database });
    await client.close();
    return 'existed';
  } catch (error) {
    if (!(error instanceof DatabaseMissing)) throw error;
  }
  const client = await openMaintenance(options);
  try {
    return await create(client, database, options.settings.user);
  } finally {
    await client.close();
  }
}

/** `template0` so that nothing anybody left in template1 gets in, and nobody connected to it is in the way. */
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
    // Somebody else was quicker: the second is what the race looks like from inside the catalog.
    if (sqlstate === '42P04' || sqlstate === '23505') return 'existed';
    if (sqlstate !== '42501') throw await translateAsking(error, client);
    throw new Refused(
      `the role ${identifier(user)} may not create the database ${identifier(database)} (42501); as a superuser run: ` +
        `ALTER ROLE ${identifier(user)} CREATEDB;  or create it there: CREATE DATABASE ${identifier(database)} OWNER ${identifier(user)};`,
      sqlstate,
      { cause: error },
    );
  }
}

/** The first maintenance database that lets us in. */
async function openMaintenance(options: Options): Promise<Client> {
  let failure: unknown;
  for (const database of options.settings.maintenanceDatabases) {
    try {
      return await dial({ ...options, database });
    } catch (error) {
      if (!(error instanceof DatabaseMissing || error instanceof Refused)) throw error;
      failure ??= error;
    }
  }
  const names = options.settings.maintenanceDatabases.map(identifier).join(', ');
  throw new Refused(
    `the database ${identifier(options.settings.database)} is missing, and no database to create it from lets us in ` +
      `(tried ${names}); name one with --maintenance-db`,
    '3D000',
    { cause: failure },
  );
}
