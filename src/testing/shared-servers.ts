import { clearTimeout, setTimeout } from 'node:timers';
import type { EmbeddedServerOptions } from './options.js';
import { givenAddress, openEmbedded, openGiven, type TestServer } from './test-server.js';

/** A server that this process uses, with how many of its databases are in use. */
interface InUse {
  readonly opening: Promise<TestServer>;
  databases: number;
  idle: NodeJS.Timeout | undefined;
}

/** A test that has dropped its database is usually followed by one that wants another. */
const idleMs = 2_000;

/**
 * The servers of this process, one per address or options: opened when a database is wanted, closed when none has been in use
 * for a moment. Otherwise a runner that reloads modules for each test file would leave connections behind.
 */
export class SharedServers {
  readonly #inUse = new Map<string, InUse>();

  /** Lends a server until `leave` is called. Throws `EmbeddedUnavailable`, `Transient`, `Refused`, `ConfigurationError`. */
  async enter(
    databaseUrl: string | undefined,
    embedded: EmbeddedServerOptions,
  ): Promise<{ readonly server: TestServer; readonly leave: () => void }> {
    const address = givenAddress(databaseUrl);
    const key = JSON.stringify(address ?? embedded);
    const used =
      this.#inUse.get(key) ??
      this.#open(key, () => (address === null ? openEmbedded(embedded) : openGiven(address)));
    used.databases += 1;
    clearTimeout(used.idle);
    try {
      const server = await used.opening;
      if (!server.isLost())
        return {
          server,
          leave: () => {
            this.#leave(key, used);
          },
        };
    } catch (error) {
      this.#forget(key, used);
      throw error;
    }
    this.#forget(key, used);
    return this.enter(databaseUrl, embedded);
  }

  #open(key: string, open: () => Promise<TestServer>): InUse {
    const used: InUse = { opening: open(), databases: 0, idle: undefined };
    this.#inUse.set(key, used);
    return used;
  }

  #leave(key: string, used: InUse): void {
    used.databases -= 1;
    if (used.databases > 0) return;
    used.idle = setTimeout(() => {
      this.#forget(key, used);
    }, idleMs).unref();
  }

  /** The next process sweeps its databases, if any are left. */
  #forget(key: string, used: InUse): void {
    if (this.#inUse.get(key) === used) this.#inUse.delete(key);
    void used.opening.then((server) => server.close()).catch(() => undefined);
  }
}
