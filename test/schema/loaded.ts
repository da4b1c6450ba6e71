import { type Catalog, type CatalogObject } from '../../src/core/catalog/catalog.js';
import { compareCatalogs, objectOf } from '../../src/core/catalog/compare-catalogs.js';
import { printSchema } from '../../src/core/schema/print-schema.js';
import { readCatalog } from '../../src/db/catalog/read-catalog.js';
import { readSchema } from '../../src/db/catalog/read-schema.js';
import type { Client } from '../../src/db/wire/client.js';
import { openClient } from '../support/client.js';
import { createDatabase } from '../support/database.js';

/** A database as it is printed, and what loading that into another one makes of it. */
export interface Loaded {
  readonly text: string;
  readonly before: Catalog;
  /** `table s.t: owner`, of what is not the same after loading. */
  readonly differences: readonly string[];
}

/** Prints what the statements make of a new database, and loads that into another one. */
export async function printedAndLoaded(...statements: readonly string[]): Promise<Loaded> {
  const database = await createDatabase();
  const client = await openClient({ database: database.name });
  try {
    for (const statement of statements) await client.run(statement);
    return await loaded(client);
  } finally {
    await client.close();
    await database.drop();
  }
}

/** The same of a database that is there. */
export async function loaded(client: Client): Promise<Loaded> {
  const reading = await readSchema(client, 'pgm');
  const text = printSchema(reading);
  const database = await createDatabase();
  const other = await openClient({ database: database.name });
  try {
    await load(other, text);
    const after = await readCatalog(other, 'pgm');
    return { text, before: reading.catalog, differences: differencesOf(reading.catalog, after) };
  } finally {
    await other.close();
    await database.drop();
  }
}

/** Runs a text in one message. An error shows what it is about. */
export async function load(client: Client, text: string): Promise<void> {
  try {
    await client.run(text);
  } catch (error) {
    const { message, position } = error as { message: string; position?: string };
    const at = Number(position ?? 0);
    throw new Error(`${message}, at: ${text.slice(Math.max(0, at - 200), at + 200)}`, {
      cause: error,
    });
  }
}

export function differencesOf(before: Catalog, after: Catalog): readonly string[] {
  return compareCatalogs(before, after).map((difference) => {
    const { kind, identity } = objectOf(difference);
    const facts = difference.kind === 'changed' ? difference.facts.map(({ name }) => name) : [];
    return `${kind} ${identity}: ${facts.join(', ') || difference.kind}`;
  });
}

/** Whether a comment says of the object that it, or a part of it, cannot be loaded. */
export function isMarked(
  text: string,
  { kind, identity }: Pick<CatalogObject, 'kind' | 'identity'>,
): boolean {
  if (kind === 'large object') return text.includes('-- not loadable: large objects: ');
  return text
    .split('\n')
    .some((line) => line.startsWith('-- not loadable: ') && line.includes(identity));
}
