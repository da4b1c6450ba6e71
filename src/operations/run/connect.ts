import { DatabaseMissing, OnStandby, Refused } from '../../core/errors.js';
import type { Emit } from '../../core/events.js';
import { sqlstates } from '../../core/failure/sqlstates.js';
import type { AskedAhead, Database, RunLock, Session } from '../../core/ports.js';
import type { RestoreGuard } from './restore-guard.js';

interface ConnectPorts {
  readonly database: Database;
  readonly emit: Emit;
}

/**
 * Opens a session on the target database, which is created first if the server says that it does not exist. If it exists,
 * that costs no extra connection. Throws `DatabaseMissing` if it is gone again right away.
 */
export async function connectEnsured(
  { database, emit }: ConnectPorts,
  ahead: AskedAhead | undefined,
  guard: RestoreGuard | null,
): Promise<Session> {
  try {
    return await database.connect(ahead);
  } catch (error) {
    if (!(error instanceof DatabaseMissing)) throw error;
  }
  await guard?.assertFree();
  const outcome = await database.ensure();
  emit({ kind: 'database-ensured', database: database.name, outcome });
  return database.connect(ahead);
}

/** Does its work on a session of its own. Throws what `connect` of the database throws. */
export async function onSession<T>(
  database: Pick<Database, 'connect'>,
  work: (session: Session) => Promise<T>,
): Promise<T> {
  const session = await database.connect();
  try {
    return await work(session);
  } finally {
    await session.close();
  }
}

/** Reports which server answers, and refuses one that cannot be written to. */
export async function greet(
  session: Session,
  { database, emit }: ConnectPorts,
  { onPooler }: { readonly onPooler: 'warn' | 'refuse' },
): Promise<void> {
  const { version, inRecovery, pooled, host } = await session.facts();
  const target = host === undefined ? database.target : `${host}/${database.name}`;
  emit({ kind: 'postgres-answered', target, version });
  if (inRecovery) throw new OnStandby(target, sqlstates.readOnlySqlTransaction);
  if (!pooled) return;
  if (onPooler === 'warn') emit({ kind: 'pooler-found', target: database.target });
  else {
    throw new Refused(
      `${database.target} is a pooler and --on-pooler is refuse; connect to PostgreSQL directly`,
      null,
    );
  }
}

/** What to open in advance. */
interface Ahead {
  /** The first question for the first session; undefined for none. */
  readonly asked: AskedAhead | undefined;
  /** Open the backend of the run lock too. Nothing is locked until requested. */
  readonly lock: boolean;
}

/** A database whose first connections are already being opened. */
interface DatabaseAhead extends Database {
  /** Closes what was not used. Does not wait for it. */
  drop(): void;
}

/**
 * Starts opening what a run needs first, while there is other work to do. The first `connect` and the first `openLock` return
 * that, or throw why it failed; later ones open new connections.
 */
export function openAhead(database: Database, { asked, lock }: Ahead): DatabaseAhead {
  const session = begun<Session>(() => database.connect(asked));
  const runLock = lock ? begun<RunLock>(() => database.openLock()) : nothingBegun;
  return {
    target: database.target,
    serverOrigin: database.serverOrigin,
    name: database.name,
    ensure: () => database.ensure(),
    bystanders: () => database.bystanders(),
    connect: (ahead) => session.take() ?? database.connect(ahead),
    openLock: () => runLock.take() ?? database.openLock(),
    observe: () => database.observe(),
    look: () => database.look(),
    breakOff: () => {
      database.breakOff();
    },
    drop: () => {
      session.drop((each) => each.close());
      runLock.drop((each) => each.release());
    },
  };
}

interface Begun<T> {
  /** Null when it is already taken. */
  take(): Promise<T> | null;
  /** Ends it if it was not taken. */
  drop(end: (opened: T) => Promise<void>): void;
}

const nothingBegun: Begun<never> = { take: () => null, drop: () => undefined };

function begun<T>(open: () => Promise<T>): Begun<T> {
  let opening: Promise<T> | null = open();
  // The caller of `take` handles it.
  opening.catch(() => undefined);
  const take = (): Promise<T> | null => {
    const taken = opening;
    opening = null;
    return taken;
  };
  return {
    take,
    drop: (end) => {
      take()
        ?.then(end)
        .catch(() => undefined);
    },
  };
}

/** Does its work; if the signal fires meanwhile, only connection attempts are aborted. */
export async function breakingOff<T>(
  database: Pick<Database, 'breakOff'>,
  signal: AbortSignal,
  work: () => Promise<T>,
): Promise<T> {
  const breakOff = (): void => {
    database.breakOff();
  };
  signal.addEventListener('abort', breakOff);
  try {
    return await work();
  } finally {
    signal.removeEventListener('abort', breakOff);
  }
}
