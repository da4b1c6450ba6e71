import { expect, test } from 'vitest';
import type { Catalog } from '../../src/core/catalog/catalog.js';
import type { Contents } from '../../src/core/proof/database/proof-database.js';
import { explainFailure } from '../../src/core/failure/explain/explain-failure.js';
import { readCatalog } from '../../src/db/catalog/read-catalog.js';
import { dialling } from '../../src/db/database.js';
import { readContents } from '../../src/db/proof/contents.js';
import { openProof } from '../../src/db/proof/open-proof.js';
import type { Client } from '../../src/db/wire/client.js';
import { dial } from '../../src/db/wire/dial.js';
import { serverErrorOf } from '../../src/db/wire/errors.js';
import { readMigration } from '../../src/operations/proof/read-migration.js';
import { runAgain } from '../../src/operations/proof/run-again.js';
import { runFirst } from '../../src/operations/proof/run-first.js';
import { createSqlReader } from '../../src/sql/read-sql.js';
import { createDatabase } from '../support/database.js';
import { snapshotOf } from '../support/memory/snapshot.js';
import { migrateFiles, settingsFor } from '../support/run.js';
import { rounds } from '../support/rounds.js';
import { type RandomFile, randomFiles, textOf } from './random-files.js';

interface Left {
  readonly catalog: Catalog;
  readonly contents: ReadonlyMap<string, Contents>;
}

/** How each file ended, `applied` or the SQLSTATE and place, and what all of them left. */
interface Outcome {
  readonly ends: Readonly<Record<string, string>>;
  readonly left: Left;
}

type Files = Readonly<Record<string, string>>;

const runner = { version: '0.0.0', host: 'test' };

function clientFor(database: string): Promise<Client> {
  return dial({ ...dialling({ settings: settingsFor({ database }), runner }), database });
}

async function leftIn(database: string): Promise<Left> {
  const client = await clientFor(database);
  try {
    const catalog = await readCatalog(client, 'pgm');
    return { catalog, contents: inOrder(await readContents(client, 'pgm', null)) };
  } finally {
    await client.close();
  }
}

/** Where a table keeps a row also depends on when the server took away rows that were rolled back. */
function inOrder(contents: Left['contents']): Left['contents'] {
  const sorted = [...contents].map(
    ([table, of]) => [table, { ...of, rows: of.rows?.toSorted() ?? null }] as const,
  );
  return new Map(sorted);
}

function endOf(failure: {
  readonly sqlstate: string | null;
  readonly place: { readonly line: number; readonly column: number } | null;
}): string {
  const { sqlstate, place } = failure;
  return `${sqlstate ?? 'refused'} ${place === null ? '-' : `${place.line}:${place.column}`}`;
}

async function byMigrate(files: Files): Promise<Outcome> {
  const database = await createDatabase();
  try {
    const { report } = await migrateFiles(files, { database: database.name });
    const ends = report.statuses.map(({ key, state, failure }) => [
      key,
      failure === null ? state : endOf(failure),
    ]);
    return { ends: Object.fromEntries(ends) as Outcome['ends'], left: await leftIn(database.name) };
  } finally {
    await database.drop();
  }
}

/** With a second run of each file, as of `pgm verify`. */
async function byVerify(files: Files): Promise<Outcome> {
  const settings = settingsFor({ database: 'postgres' });
  const own = { historySchema: 'pgm', lockTimeoutMs: 2_000, name: null, roles: [] };
  const database = await openProof({ settings, runner, ...own });
  const { session } = database;
  try {
    const ends: Record<string, string> = {};
    for (const migration of snapshotOf(files).migrations) {
      const read = await readMigration(migration, createSqlReader());
      if (read.kind === 'refused') {
        ends[migration.key] = endOf(read.failure);
        continue;
      }
      const { failed } = await runFirst(read, session, 100);
      const told =
        failed && explainFailure({ ...failed, text: read.text, literals: read.literals });
      ends[migration.key] = told === null ? 'applied' : endOf(told);
      if (failed === null && read.isTransaction) await runAgain(read, session, null);
    }
    return {
      ends,
      left: { catalog: await session.catalog(), contents: inOrder(await session.contents(null)) },
    };
  } finally {
    await database.close();
  }
}

/** As psql does it, with --single-transaction where a file is one, each in a session of its own. */
async function byStatements(
  files: readonly RandomFile[],
): Promise<{ readonly ends: Outcome['ends']; readonly left: Left | null }> {
  const database = await createDatabase();
  const ends: Record<string, string> = {};
  try {
    for (const file of files) {
      const end = await inSession(database.name, file);
      ends[file.path] = end;
      // What such a file has committed stays here, and not where the file is one transaction.
      if (end !== 'applied' && file.way === 'pairs') return { ends, left: null };
    }
    return { ends, left: await leftIn(database.name) };
  } finally {
    await database.drop();
  }
}

async function inSession(database: string, { way, statements }: RandomFile): Promise<string> {
  const client = await clientFor(database);
  try {
    if (way === 'one') await client.run('begin');
    for (const { sql, rows } of statements)
      await (rows === undefined ? client.run(sql) : client.copy(sql, rows));
    if (way === 'one') await client.run('commit');
    return 'applied';
  } catch (error) {
    return serverErrorOf(error)?.sqlstate ?? String(error);
  } finally {
    await client.close();
  }
}

function withoutPlaces(ends: Outcome['ends']): Outcome['ends'] {
  return Object.fromEntries(
    Object.entries(ends).map(([key, end]) => [key, end.split(' ')[0] ?? end]),
  );
}

/** The same without places that the model lacks: of what fails at COMMIT, verify finds the statement. */
function placedAs(model: Outcome['ends'], ends: Outcome['ends']): Outcome['ends'] {
  const placed = Object.entries(ends).map(([key, end]) => [
    key,
    model[key]?.endsWith(' -') === true ? end.replace(/ .*/, ' -') : end,
  ]);
  return Object.fromEntries(placed) as Outcome['ends'];
}

test(
  'random folders end with pgm migrate and pgm verify as statement by statement',
  { timeout: 600_000 },
  async () => {
    const ms = process.env['CI'] === undefined ? 10_000 : 25_000;
    const made = await rounds(
      async (chance) => {
        const files = randomFiles(chance);
        const texts = Object.fromEntries(files.map((file) => [file.path, textOf(file)]));
        const migrated = await byMigrate(texts);
        const proved = await byVerify(texts);
        expect(placedAs(migrated.ends, proved.ends), 'verify').toEqual(migrated.ends);
        expect(proved.left, 'verify').toEqual(migrated.left);
        const ends = withoutPlaces(migrated.ends);
        const refused = files.filter(({ path }) => ends[path] === 'refused');
        const sent = await byStatements(files.filter((file) => !refused.includes(file)));
        expect(ends, 'statement by statement').toMatchObject(sent.ends);
        if (sent.left !== null) expect(migrated.left, 'statement by statement').toEqual(sent.left);
      },
      { ms, least: 3 },
    );
    expect(made).toBeGreaterThan(0);
  },
);
