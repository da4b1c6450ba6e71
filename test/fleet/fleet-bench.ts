import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type postgres from 'postgres';
import { asAdmin, connect, type Overrides, testServer, urlFor } from '../support/server.js';
import { type Finished, pgm } from '../support/pgm.js';
import { makeTree, type Tree } from '../support/tree.js';

/** Many databases on the shared server, or on `server`, a list of them, and files for them. */
export interface Fleet {
  readonly tree: Tree;
  /** Where lists and other files of a test may be. */
  readonly home: string;
  /** The name of the database of a target. */
  readonly database: (target: string) => string;
  readonly urlOf: (target: string, overrides?: Overrides) => string;
  /** Writes lines `NAME=URL` for these; returns the path. */
  readonly list: (name: string, targets: readonly string[]) => Promise<string>;
  /** Writes a file below `home`; returns its path. */
  readonly write: (name: string, text: string) => Promise<string>;
  /** `pgm fleet …` over the tree. */
  readonly run: (
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ) => Promise<Finished>;
  /** Asks one database. */
  readonly ask: <T>(target: string, question: (sql: postgres.Sql) => Promise<T>) => Promise<T>;
  readonly remove: () => Promise<void>;
}

/** The databases are there, and empty. */
export async function makeFleet(
  targets: readonly string[],
  files: Readonly<Record<string, string>>,
  server = testServer(),
): Promise<Fleet> {
  const prefix = `fleet_${randomBytes(5).toString('hex')}`;
  const database = (target: string): string => `${prefix}_${target.replaceAll('-', '_')}`;
  await asAdmin(async (admin) => {
    for (const target of targets) {
      await admin.unsafe(`create database ${database(target)} template template0`);
    }
  }, server);
  const tree = await makeTree(files);
  const home = await mkdtemp(join(tmpdir(), 'pgm-test-fleet-'));
  const urlOf: Fleet['urlOf'] = (target, overrides) => urlFor(database(target), overrides, server);
  const write: Fleet['write'] = async (name, text) => {
    const path = join(home, name);
    await mkdir(join(path, '..'), { recursive: true });
    await writeFile(path, text);
    return path;
  };
  return {
    tree,
    home,
    database,
    urlOf,
    write,
    list: (name, some) => write(name, some.map((each) => `${each}=${urlOf(each)}\n`).join('')),
    run: ([command = '', ...args], env = {}) =>
      pgm(['fleet', command, '--dir', tree.directory, ...args], env),
    ask: async (target, question) => {
      const sql = connect(database(target), server);
      try {
        return await question(sql);
      } finally {
        await sql.end({ timeout: 0 });
      }
    },
    remove: async () => {
      await asAdmin(async (admin) => {
        const rows = await admin<{ name: string }[]>`
          select datname as name from pg_database where starts_with(datname, ${prefix})`;
        for (const { name } of rows) {
          await admin`drop database if exists ${admin(name)} with (force)`;
        }
      }, server);
      await tree.remove();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** What `--json` printed. */
export interface FleetDocument {
  readonly upToDate: boolean;
  readonly summary: string;
  readonly stopped: string | null;
  readonly revision: string;
  readonly groups: readonly object[];
  readonly targets: readonly {
    readonly name: string;
    readonly wave: string;
    readonly state: string;
    readonly reason: string | null;
    readonly applied: readonly string[];
    readonly failure: { readonly path: string } | null;
  }[];
}

export function documentOf({ stdout }: Finished): FleetDocument {
  return JSON.parse(stdout) as FleetDocument;
}

/** The state of each target, by its name. */
export function statesIn(finished: Finished): Readonly<Record<string, string>> {
  return Object.fromEntries(documentOf(finished).targets.map(({ name, state }) => [name, state]));
}
