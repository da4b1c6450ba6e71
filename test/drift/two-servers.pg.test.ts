import { readdir, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { compareWithFiles } from '../../src/core/drift/against/against-files.js';
import type { SchemaReading } from '../../src/core/schema/parts/reading.js';
import { openLiveSchema } from '../../src/db/live-schema.js';
import { everything, everythingRoles } from '../db/catalog/everything.js';
import { createDatabase } from '../support/database.js';
import {
  asAdmin,
  type OwnServer,
  startServer,
  type TestServer,
  testServer,
} from '../support/server.js';
import { settingsFor } from '../support/run.js';

const newer = Number(inject('serverVersion'));
const older = 15;
let other: OwnServer;

beforeAll(async () => {
  other = await startServer({ version: String(older) });
  for (const server of [other, testServer()]) {
    for (const role of everythingRoles) {
      await asAdmin(
        (sql) =>
          sql.unsafe(
            `do $$ begin create role ${role}; exception when duplicate_object or unique_violation then null; end $$`,
          ),
        server,
      );
    }
  }
});

afterAll(() => other.remove());

async function madeOn(server: TestServer, statements: readonly string[]): Promise<SchemaReading> {
  const database = await createDatabase(server);
  try {
    for (const statement of statements) await database.sql.unsafe(statement);
    const settings = settingsFor({ database: database.name, server });
    const runner = { version: '0.0.0', host: 'test' };
    return await openLiveSchema({ settings, historySchema: 'pgm', runner }).read([]);
  } finally {
    // A database with a subscription cannot be dropped.
    for (const gone of ['disable', 'set (slot_name = none)'])
      await database.sql.unsafe(`alter subscription ours ${gone}`).catch(() => undefined);
    await database.sql`drop subscription if exists ours`;
    await database.drop();
  }
}

/** What differs, and what is said of the rest. */
function compared(made: SchemaReading, live: SchemaReading): readonly (readonly string[])[] {
  const files = { reading: made, by: [], serverVersion: '' };
  const { items, unseen } = compareWithFiles(files, live, () => false);
  const differing = items.map(({ kind, object }) => `${kind} ${object.kind} ${object.identity}`);
  return [differing, unseen];
}

describe(`the same SQL on ${older} and on ${newer}`, () => {
  let made: SchemaReading;
  let live: SchemaReading;

  beforeAll(async () => {
    [made, live] = await Promise.all([
      madeOn(testServer(), everything(older)),
      madeOn(other, everything(older)),
    ]);
  });

  test('makes no difference, either way round, and what the two write otherwise is told', () => {
    const differently = `which PostgreSQL ${newer} and ${older} write differently`;
    expect(compared(made, live)).toEqual([
      [],
      [
        `streaming of subscription ours, ${differently}`,
        `definition of view s.cheap, ${differently}`,
        `definition of view s.numbers, ${differently}`,
      ],
    ]);
    expect(compared(live, made)[0]).toEqual([]);
  });

  test('still differs where a definition has another word, a name other quotes, or a role other rights', async () => {
    const changed = await madeOn(other, [
      ...everything(older),
      'create or replace view s.cheap with (security_barrier) as select id, name from s.parent where price < 11',
      'alter table s.child drop constraint later, add constraint later check (note <> $$yes$$) not valid',
      'grant insert on s.parent to everything_reader',
      'alter table s.fast owner to everything_owner',
    ]);
    expect(compared(made, changed)[0]).toEqual([
      'different table s.fast',
      'different table s.parent',
      'different table constraint later on s.child',
      'different view s.cheap',
    ]);
  });
});

test('migrations/ of this repository are the same on both', async () => {
  const root = new URL('../../migrations/', import.meta.url);
  const paths = (await readdir(root, { recursive: true })).filter((path) => path.endsWith('.sql'));
  const texts = await Promise.all(
    paths.toSorted().map((path) => readFile(new URL(path, root), 'utf8')),
  );
  const readings = await Promise.all([madeOn(testServer(), texts), madeOn(other, texts)]);
  expect(compared(...readings)).toEqual([[], []]);
});
