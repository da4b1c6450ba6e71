import { afterAll, beforeAll, describe, test } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';
import { pgm } from '../support/pgm.js';
import { type OwnServer, startServer } from '../support/server.js';
import { makeTree } from '../support/tree.js';
import { tableStatements } from './tables.js';

const rounds = Number(process.env['PGM_MEASURE_ROUNDS'] ?? '15');
let server: OwnServer;

beforeAll(async () => {
  server = await startServer();
});

afterAll(() => server.remove());

/** As many files as there are, which together make so many tables. */
function filesOf(files: number, tables: number): Record<string, string> {
  const perFile = Math.ceil(tables / files);
  return Object.fromEntries(
    Array.from({ length: files }, (_, at) => [
      `public/${String(at).padStart(4, '0')}_x.sql`,
      Array.from({ length: Math.max(0, Math.min(perFile, tables - at * perFile)) }, (__, n) =>
        tableStatements(at * perFile + n),
      ).join('\n') || 'select 1;',
    ]),
  );
}

/** Milliseconds of one `pgm migrate`. */
interface Took {
  /** From the start of the process to its end: the catalog is kept after the run has been reported. */
  readonly process: number;
  /** Of the run, as it reports it: with the look before the first file. */
  readonly run: number;
}

/** What a run with one new file takes, with its catalog kept and without, in turns. */
async function inTurns(files: number, tables: number) {
  const tree = await makeTree(filesOf(files, tables));
  const kinds = { kept: {}, 'not kept': { PGM_CATALOG_TIMEOUT: '0' } } as const;
  const names = ['not kept', 'kept'] as const;
  const databases: Record<string, Database> = {};
  const took: Record<string, Took[]> = { kept: [], 'not kept': [] };
  const run = async (name: (typeof names)[number]): Promise<Took> => {
    const env = { DATABASE_URL: databases[name]?.url ?? '', MIGRATIONS_DIR: tree.directory };
    const started = performance.now();
    const { exitCode, stdout, stderr } = await pgm(
      ['migrate', '--json'],
      Object.assign(env, kinds[name]),
    );
    const process = performance.now() - started;
    if (exitCode !== 0 || /catalog/.test(stderr)) throw new Error(stdout + stderr);
    return { process, run: (JSON.parse(stdout) as { durationMs: number }).durationMs };
  };
  for (const name of names) {
    databases[name] = await createDatabase(server);
    await run(name);
  }
  for (let round = 0; round < rounds; round += 1) {
    await tree.write({
      [`public/9${String(round).padStart(4, '0')}_new.sql`]: `create table new_${round} (id int primary key);`,
    });
    for (const name of round % 2 === 0 ? names : names.toReversed())
      took[name]?.push(await run(name));
  }
  for (const database of Object.values(databases)) await database.drop();
  await tree.remove();
  return took;
}

const shown = (all: readonly number[]): string => {
  const sorted = all.toSorted((a, b) => a - b);
  return `min ${Math.round(sorted[0] ?? 0)} ms, median ${Math.round(sorted[Math.floor(sorted.length / 2)] ?? 0)} ms`;
};

describe('a run with one new file, with its catalog kept and without', () => {
  test.each([
    [42, 42],
    [300, 500],
  ])('%i files, %i tables', async (files, tables) => {
    const took = await inTurns(files, tables);
    for (const of of ['run', 'process'] as const) {
      const words = Object.entries(took).map(
        ([name, all]) => `${name} ${shown(all.map((each) => each[of]))}`,
      );
      process.stdout.write(
        `${files} files, ${tables} tables, ${rounds} rounds, ${of}: ${words.join('; ')}\n`,
      );
    }
  });
});
