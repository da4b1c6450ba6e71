import type { ConnectionSettings } from '../core/connection/connection.js';
import { describeTarget } from '../core/connection/connection.js';
import type { AskedAhead, Database, Runner } from '../core/ports.js';
import { type Backends, openBackends, Side } from './backend/backends.js';
import type { Client } from './wire/client.js';
import type { Patience } from './wire/patience.js';
import { ensureDatabase, findBystanders } from './backend/create-database.js';
import { dial, type DialOptions } from './wire/dial.js';
import { look } from './wire/look.js';
import { Sockets } from './wire/open-socket.js';
import { aheadQuestion, HistoryTables } from './history/history-tables.js';
import { type ConfirmedLock, runLock } from './backend/lock.js';
import { settleCommit } from './backend/settle-commit.js';
import { observe } from './observe.js';
import { sessionOf, type SessionOptions, translating } from './session.js';

export interface DatabaseOptions {
  readonly settings: ConnectionSettings;
  readonly historySchema: string;
  readonly runner: Runner;
  /** Default: `usualPatience`. */
  readonly patience?: Patience;
}

export const usualPatience: Patience = {
  messageMs: 30_000,
  lookEveryMs: 10_000,
  lookMs: 8_000,
  commitMs: 2_000,
  tellAfterMs: 5_000,
};

/** For backends that hold none of our locks: a lost one is left to the server. */
export function dialling({
  settings,
  runner,
  patience = usualPatience,
}: Omit<DatabaseOptions, 'historySchema'>): Omit<DialOptions, 'database'> {
  const applicationName = `pgm/${runner.version} ${runner.host}`.slice(0, longestName);
  return { settings, applicationName, patience, onOrphan: () => undefined };
}

/** PostgreSQL cuts names at 63 bytes with a NOTICE; we cut them first. */
const longestName = 63;

/** The real database behind the `Database` port. Opens no connection until asked to. */
export function openDatabase(options: DatabaseOptions): Database {
  const { settings, historySchema, runner } = options;
  let attempts = new AbortController();
  const asIs = { ...dialling(options), sockets: new Sockets() };
  const backends = openBackends(({ onOrphan, ahead, signal }) =>
    dial({ ...asIs, database: settings.database, onOrphan, ahead, signal }),
  );
  const opening = { ...backends, attempts: () => attempts.signal };
  const side = new Side(() => backends.open(null, attempts.signal));
  const { holdsRunLock, openLock } = locking(opening, side, historySchema);
  const connectors = { historySchema, runner, opening, side, holdsRunLock };
  const connected = connecting(connectors);
  const forAWhile = () => ({ ...asIs, signal: attempts.signal });
  return {
    target: describeTarget(settings),
    serverOrigin: settings.origins.server,
    name: settings.database,
    ensure: () => ensureDatabase(forAWhile()),
    bystanders: () => findBystanders(forAWhile(), connected.opened()),
    connect: connected.connect,
    observe: connected.observe,
    openLock,
    look: async () => {
      const target = connected.opened()?.target;
      if (target === undefined) return;
      await look(settings, { database: settings.database, target, signal: attempts.signal });
    },
    breakOff: () => {
      attempts.abort();
      attempts = new AbortController();
    },
  };
}

interface Opening extends Backends {
  /** Aborts the connection attempts in progress. */
  readonly attempts: () => AbortSignal;
}

function locking(
  opening: Opening,
  side: Side,
  historySchema: string,
): Pick<Database, 'openLock'> & Pick<SessionOptions, 'holdsRunLock'> {
  let held: ConfirmedLock | null = null;
  return {
    holdsRunLock: async () => (await held?.confirm()) ?? false,
    openLock: async () => {
      const [client, leave] = await openForLock(opening, side);
      const lock = runLock(client, historySchema, leave);
      held = lock;
      return {
        tryAcquire: () => translating(client, () => lock.tryAcquire()),
        holder: () => translating(client, () => lock.holder()),
        isHeld: () => lock.isHeld(),
        release: () => lock.release(),
      };
    },
  };
}

/** The side; behind a pooler the lock is in a transaction, which cannot be shared. */
async function openForLock(
  { open, attempts }: Opening,
  side: Side,
): Promise<readonly [client: Client, leave: () => void]> {
  const leave = side.enter('run');
  try {
    const client = await side.fresh();
    if (!client.facts.pooled) return [client, leave];
    const own = await open(null, attempts());
    leave();
    return [own, () => void own.close()];
  } catch (error) {
    leave();
    throw error;
  }
}

interface Connecting
  extends Pick<DatabaseOptions, 'historySchema' | 'runner'>, Pick<SessionOptions, 'holdsRunLock'> {
  readonly opening: Opening;
  readonly side: Side;
}

interface Connected extends Pick<Database, 'connect' | 'observe'> {
  /** The backend of the last session, if it is still open. */
  readonly opened: () => Client | null;
}

function connecting({ opening, side, ...options }: Connecting): Connected {
  const { historySchema } = options;
  const { open, endOrphans, attempts } = opening;
  /** Transactions whose COMMIT was not answered, until we know how they ended. */
  const unknownCommits = new Set<string>();
  const onUnknownCommit = (transactionId: string): void => {
    unknownCommits.add(transactionId);
  };
  const endings = new Map<string, number>();
  const outside = new Set<string>();
  let last: Client | null = null;
  const settle = (client: Client): Promise<void> =>
    translating(client, async () => {
      await endOrphans(client);
      await settleAll(client, unknownCommits);
    });
  const openTables = async (ahead?: AskedAhead, signal?: AbortSignal): Promise<HistoryTables> => {
    const client = await open(aheadQuestion(historySchema, ahead), signal);
    last = client;
    await settle(client);
    return new HistoryTables(client, historySchema, ahead);
  };
  const onSide = { side: () => side.client(), renew: () => openTables(), open };
  return {
    opened: () => (last?.lost === false ? last : null),
    connect: async (ahead) => {
      const tables = await openTables(ahead, attempts());
      const own = { ...options, onUnknownCommit, endings, outside, leaveSide: side.enter('run') };
      return sessionOf(tables, Object.assign(own, onSide));
    },
    observe: () => observe(side, settle, { ...options, outside }),
  };
}

/** The history is not read, and so nothing runs again, before every lost COMMIT has either committed or been rolled back. */
async function settleAll(client: Client, unknownCommits: Set<string>): Promise<void> {
  for (const transactionId of unknownCommits) {
    await settleCommit(client, transactionId);
    unknownCommits.delete(transactionId);
  }
}
