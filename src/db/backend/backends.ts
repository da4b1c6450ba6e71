import { setTimeout as delay } from 'node:timers/promises';
import { Transient } from '../../core/errors.js';
import type { Client, Orphan } from '../wire/client.js';
import type { DialOptions } from '../wire/dial.js';
import { literal } from '../wire/quote.js';

/** The backends of one `Database`, including those that the server may still be running although we have dropped them. */
export interface Backends {
  /** Opens another one; `ahead` goes with its greeting, `signal` aborts it. Throws what `dial` throws. */
  readonly open: (ahead?: string | null, signal?: AbortSignal) => Promise<Client>;
  /**
   * Uses `client` to terminate those that we lost or gave up, and settles when the server no longer has them: then none of
   * their work is still running. A busy one gets a moment first, as it may be in a COMMIT. Throws `Transient` if one does not
   * end.
   */
  readonly endOrphans: (client: Client) => Promise<void>;
}

/**
 * A backend that we lost or gave up because the connection was dead keeps running until the server's keepalives notice,
 * and keeps its locks: the run lock, or a file's. It is terminated as soon as the server can be reached again. Trouble
 * with one casts doubt on all others that were open at the time: when they are closed, the Terminate message may not
 * arrive, so they are terminated the same way. Only the backends that were ours are terminated, whatever process has
 * their pid by now.
 */
export function openBackends(
  dial: (own: Pick<DialOptions, 'onOrphan' | 'ahead' | 'signal'>) => Promise<Client>,
): Backends {
  const live = new Set<Client>();
  const doubtful = new Set<Client>();
  const orphans = new Set<Orphan>();
  const doubt = (): void => {
    for (const client of live) if (!client.lost) doubtful.add(client);
  };
  const onOrphan = (orphan: Orphan): void => {
    orphans.add(orphan);
    doubt();
  };
  const open: Backends['open'] = async (ahead = null, signal) => {
    for (const client of live) if (client.lost) live.delete(client);
    try {
      const client = await dial({ onOrphan, ahead, signal });
      live.add(client);
      return client;
    } catch (error) {
      if (error instanceof Transient && signal?.aborted !== true) doubt();
      throw error;
    }
  };
  const endOrphans = async (client: Client): Promise<void> => {
    for (const closed of doubtful) {
      if (!closed.lost) continue;
      doubtful.delete(closed);
      if (closed.orphan !== null) orphans.add(closed.orphan);
    }
    for (const orphan of orphans) {
      await untilQuiet(client, orphan);
      await untilGone(client, orphan);
      orphans.delete(orphan);
    }
  };
  return { open, endOrphans };
}

/**
 * The second and last backend of a process: for the run lock, for the progress of a file outside a transaction, and for
 * questions about a running file and of probes. None of them leaves a snapshot or a transaction behind, or waits for long.
 */
export class Side {
  #client: Client | null = null;
  #opening: Promise<Client> | null = null;
  #replaced: Client | null = null;
  /** Who uses it; true for a part of a run. */
  readonly #users = new Map<object, boolean>();

  constructor(readonly open: () => Promise<Client>) {}

  /** Opens it if it is not open, or was lost. Only between `enter` and its end. */
  async client(): Promise<Client> {
    if (this.#client?.lost === false) return this.#client;
    this.#opening ??= this.open().finally(() => {
      this.#opening = null;
    });
    const client = await this.#opening;
    this.#client = client;
    this.#closeUnused();
    return client;
  }

  /** For a run that begins: not the one of the probes, whose server may be unreachable, or no longer the primary. */
  fresh(): Promise<Client> {
    this.#replaced = this.#client;
    this.#close();
    return this.client();
  }

  /** True if a run that began has closed it: a question in progress is asked again on the new one. */
  isReplaced(client: Client): boolean {
    return client === this.#replaced;
  }

  /**
   * Returns what to call at the end. It is closed with its last user; if it `hangs`, at once unless a run needs it: a probe
   * that still asks opens another.
   */
  enter(use: 'run' | 'probe'): (hangs?: boolean) => void {
    const user = {};
    this.#users.set(user, use === 'run');
    return (hangs = false) => {
      if (!this.#users.delete(user)) return;
      const isNeeded = [...this.#users.values()].includes(true);
      if (hangs && !isNeeded) this.#close();
      this.#closeUnused();
    };
  }

  #closeUnused(): void {
    if (this.#users.size === 0) this.#close();
  }

  #close(): void {
    void this.#client?.close();
    this.#client = null;
  }
}

/** The start of a probe's question: it must not block the others because a table is locked. */
export const noLongWait = "set local lock_timeout = '1s';";

async function untilQuiet(client: Client, { pid, backendStart }: Orphan): Promise<void> {
  const deadline = performance.now() + client.patience.commitMs;
  const question = `select 1 as busy from pg_catalog.pg_stat_activity
where pid = ${pid} and backend_start::text = ${literal(backendStart)} and state = 'active'`;
  while (performance.now() < deadline) {
    if ((await client.run(question))[0]?.length === 0) return;
    await delay(pauseMs);
  }
}

/** Milliseconds that a backend may take to end, including a COMMIT that waits for a standby. */
const patienceMs = 30_000;
const pauseMs = 50;

async function untilGone(client: Client, orphan: Orphan): Promise<void> {
  const deadline = performance.now() + patienceMs;
  // Returns a row as long as there is a backend left to terminate.
  while ((await client.run(terminate(orphan)))[0]?.length !== 0) {
    if (performance.now() > deadline) {
      throw new Transient(`${client.target}: a backend of pgm does not end`, null);
    }
    await delay(pauseMs);
  }
}

function terminate({ pid, backendStart }: Orphan): string {
  return `select pg_catalog.pg_terminate_backend(pid) from pg_catalog.pg_stat_activity
where pid = ${pid} and backend_start::text = ${literal(backendStart)}`;
}

/**
 * What every file's session starts with, apart from its lock timeout. `local` is for a transaction: the settings end with
 * it, whatever happens to the file.
 *
 * - `client_connection_check_interval`: a backend whose client died keeps working, and holding locks, until it next
 *   writes to us; with this it checks (7.7 s without, 0.7 s with).
 * - `client_encoding`: a database in SQL_ASCII gives what is not UTF-8 only to a client that does not ask for UTF-8, and refuses
 *   even to say what is wrong; either way it takes the file as it is.
 * - `standard_conforming_strings`: the server has to read the file the same way as pgm has.
 * - `tcp_keepalives_*`: the same as the first for a client whose whole machine is gone.
 * - `track_counts`: without it we cannot tell whether a file wrote to the history. If it is off, only a superuser may turn it on.
 */
export function fileSettings(
  { facts, settings: { hasAnyBytes } }: Client,
  scope: 'local' | 'session',
): string {
  const settings = [
    ['standard_conforming_strings', 'on'],
    ...keepalives,
    ...(hasAnyBytes ? [['client_encoding', 'SQL_ASCII'] as const] : []),
    ...(facts.checksClients ? [['client_connection_check_interval', '500ms'] as const] : []),
    ...(scope === 'local' && !facts.countsWrites ? [['track_counts', 'on'] as const] : []),
  ];
  return settings.map(([name, value]) => `set ${scope} ${name} = '${value}';`).join(' ');
}

/** So that a backend ends whose client has lost its machine. */
export const keepalives = [
  ['tcp_keepalives_idle', '10'],
  ['tcp_keepalives_interval', '5'],
  ['tcp_keepalives_count', '3'],
] as const;
