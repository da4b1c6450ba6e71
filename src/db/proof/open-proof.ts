import { randomBytes } from 'node:crypto';
import type { ConnectionSettings } from '../../core/connection/connection.js';
import { sqlstates } from '../../core/failure/sqlstates.js';
import type { Runner } from '../../core/ports.js';
import type { ProofDatabase } from '../../core/proof/database/proof-database.js';
import { dialling } from '../database.js';
import {
  dropDatabase,
  ifMayBe,
  mayNotCreate,
  openMaintenance,
} from '../backend/create-database.js';
import { ensureHistory } from '../history/ensure-history.js';
import { HistoryTables } from '../history/history-tables.js';
import { dial } from '../wire/dial.js';
import type { Client } from '../wire/client.js';
import { serverErrorOf } from '../wire/errors.js';
import { identifier } from '../wire/quote.js';
import { translating } from '../session.js';
import { leaveRole, useRole } from './proof-roles.js';
import { ProofBackend } from './proof-backend.js';
import { proofSessionOf } from './proof-session.js';
import type { Watchers } from './watch-locks.js';

interface ProofOptions {
  readonly settings: ConnectionSettings;
  readonly runner: Runner;
  readonly historySchema: string;
  /** Milliseconds that a statement may wait for a lock, unless the file says otherwise; 0 waits forever. */
  readonly lockTimeoutMs: number;
  /** The name of the database; null for one that no other database has. */
  readonly name: string | null;
  /** Created if missing. A role created for a proof is dropped by the last run that uses it. */
  readonly roles: readonly string[];
}

/** Creates a database on which files are proved. What a killed run left is dropped first. Throws `Refused`, `Transient`. */
export async function openProof(options: ProofOptions): Promise<ProofDatabase> {
  const { settings, roles } = options;
  const dialled = dialling(options);
  const keeper = await openMaintenance(dialled);
  // The name shows from the start which run the database belongs to.
  const random = randomBytes(4).toString('hex');
  const name = options.name ?? `${prefix}${keeper.facts.pid}_${random}`;
  const clients: Client[] = [];
  const close = async (): Promise<void> => {
    await Promise.all(clients.map((client) => client.close()));
    try {
      if (!keeper.lost) await remove(keeper, name, roles);
    } finally {
      await keeper.close();
    }
  };
  try {
    return await translating(keeper, async () => {
      if (options.name === null) await sweep(keeper);
      await create(keeper, name, settings.user);
      for (const role of roles) await useRole(keeper, role);
      const open = async (): Promise<Client> => {
        clients.push(await dial({ ...dialled, database: name }));
        return clients.at(-1) ?? keeper;
      };
      const own = new ProofBackend(await open(), open);
      await ensureHistory(new HistoryTables(own.client, options.historySchema, undefined));
      const watchers = once(() => openWatchers(open));
      return {
        serverVersion: own.client.facts.version,
        session: proofSessionOf(own, watchers, options),
        cancel: cancelling(own),
        close,
      };
    });
  } catch (error) {
    await close().catch(() => undefined);
    throw error;
  }
}

function cancelling(own: ProofBackend): () => void {
  return () => {
    own.client.cancel();
  };
}

function once<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | null = null;
  return () => (opened ??= open());
}

async function openWatchers(open: () => Promise<Client>): Promise<Watchers> {
  return { looking: await open(), holding: [await open(), await open()] };
}

const prefix = 'pgm_verify_';

async function create(keeper: Client, name: string, user: string): Promise<void> {
  try {
    await keeper.run(`create database ${identifier(name)} template template0`);
  } catch (error) {
    if (serverErrorOf(error)?.sqlstate !== sqlstates.insufficientPrivilege) throw error;
    const otherwise = '  or leave --shadow-url out for an embedded server';
    const needed = { why: 'pgm verify needs one of its own', otherwise };
    throw mayNotCreate(keeper, user, needed, error);
  }
}

/** Drops the databases of runs whose backend is gone: they ended without dropping them. */
async function sweep(keeper: Client): Promise<void> {
  const [rows] = await keeper.run(`
select datname as name from pg_catalog.pg_database d where datname ~ '^${prefix}[0-9]+_[0-9a-f]+$'
  and not exists (select from pg_catalog.pg_stat_activity a
    where a.pid = pg_catalog.split_part(d.datname, '_', 3)::integer and a.application_name like 'pgm/%')`);
  for (const { name } of rows ?? []) await ifMayBe(() => dropDatabase(keeper, String(name)));
}

async function remove(keeper: Client, name: string, roles: readonly string[]): Promise<void> {
  await dropDatabase(keeper, name);
  for (const role of roles) await leaveRole(keeper, role);
}
