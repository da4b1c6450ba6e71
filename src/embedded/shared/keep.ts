import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { lstat, rename, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { dirname } from 'node:path';
import type { EmbeddedOptions, EmbeddedPostgres } from '../../core/embedded.js';
import { startEmbeddedPostgres } from '../start.js';
import { tidy } from './rendezvous.js';

/** What a keeper has to do: passed in its arguments, so it contains no secret. */
export interface KeepPlan {
  /** Where it listens. */
  readonly socket: string;
  readonly server: Omit<EmbeddedOptions, 'directory' | 'user' | 'password' | 'preferredPort'>;
  /** How long the server goes on after its last holder: the next file of a test run may want it. */
  readonly graceMs: number;
  /** How long it goes on for a kept database. */
  readonly keptMs: number;
}

/** What a keeper sends to each connection, in one line of JSON. */
export interface SharedFacts {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** `18.4` */
  readonly version: string;
  /** Where its data is. */
  readonly directory: string;
}

/** The line with which a holder says that it leaves a database for inspection. */
export const keptWord = 'kept';

interface Keeping {
  /** Resolves when the server has been stopped and nothing is left of it. */
  readonly ended: Promise<void>;
  /** Stops it now, even if it is held. */
  stop(): void;
}

const user = 'postgres';

/**
 * Starts a throw-away server and keeps it as long as there is a connection to `plan.socket`: the system closes the connection
 * of a process however it ends. Throws `EmbeddedUnavailable`.
 */
export async function keepServer(plan: KeepPlan, pid: number): Promise<Keeping> {
  const password = randomBytes(18).toString('base64url');
  let keeper: Keeper | null = null;
  const server = await startEmbeddedPostgres({
    ...plan.server,
    directory: null,
    user,
    password,
    preferredPort: null,
    onEvent: ({ kind }) => {
      if (kind === 'lost') keeper?.stop();
    },
  });
  try {
    keeper = new Keeper(plan, server, password);
    await keeper.listen(pid);
    return keeper;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

class Keeper implements Keeping {
  readonly ended: Promise<void>;
  readonly #plan: KeepPlan;
  readonly #postgres: EmbeddedPostgres;
  readonly #hello: string;
  readonly #server: Server;
  readonly #holders = new Set<Socket>();
  #resolveEnded: (end: Promise<void>) => void = () => undefined;
  #inode = 0n;
  #keptUntil = 0;
  #timer: NodeJS.Timeout | undefined;
  #isStopping = false;

  constructor(plan: KeepPlan, postgres: EmbeddedPostgres, password: string) {
    const { host, port, version, directory } = postgres;
    const facts: SharedFacts = { host, port, user, password, version, directory };
    this.#plan = plan;
    this.#postgres = postgres;
    this.#hello = `${JSON.stringify(facts)}\n`;
    this.#server = createServer((socket) => {
      this.#welcome(socket);
    });
    this.ended = new Promise((resolve) => {
      this.#resolveEnded = resolve;
    });
  }

  /** Listens under another name first and renames: a socket with the right name always answers, whatever was there before. */
  async listen(pid: number): Promise<void> {
    const { socket } = this.#plan;
    const own = `${socket}.${pid}`;
    this.#server.listen(own);
    await once(this.#server, 'listening');
    this.#inode = (await lstat(own, { bigint: true })).ino;
    await rename(own, socket);
    this.#await();
  }

  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    clearTimeout(this.#timer);
    this.#resolveEnded(this.#end());
  }

  #welcome(socket: Socket): void {
    if (this.#isStopping) {
      socket.destroy();
      return;
    }
    clearTimeout(this.#timer);
    this.#holders.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      if (bytes.toString('latin1').includes(keptWord)) {
        this.#keptUntil = performance.now() + this.#plan.keptMs;
      }
    });
    socket.once('close', () => {
      this.#holders.delete(socket);
      this.#await();
    });
    socket.write(this.#hello);
  }

  /** If the server has no holder: stops it unless one comes in time. */
  #await(): void {
    if (this.#holders.size > 0 || this.#isStopping) return;
    const ms = Math.max(this.#plan.graceMs, this.#keptUntil - performance.now());
    this.#timer = setTimeout(() => {
      this.stop();
    }, ms);
  }

  async #end(): Promise<void> {
    const { socket } = this.#plan;
    const found = await lstat(socket, { bigint: true }).catch(() => null);
    if (found?.ino === this.#inode) await rm(socket, { force: true });
    this.#server.close();
    for (const holder of this.#holders) holder.destroy();
    await this.#postgres.stop();
    await tidy(dirname(socket));
  }
}
