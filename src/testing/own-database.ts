import { keptMinutes } from '../core/clones/clones.js';
import type { Keep, TestDatabaseOptions } from './options.js';
import { surroundings } from './surroundings.js';
import { hasFailed, whenOver } from './test-context.js';
import type { TestServer } from './test-server.js';
import { whileAwake } from './while-awake.js';

/** A database of one test's own, with everything applied. */
export interface MigratedDatabase extends AsyncDisposable {
  /** `postgresql://user:password@host:port/database` */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Empty if the server asks for none. */
  readonly password: string;
  readonly database: string;
  /** Says that the test failed, for `keep: 'on-failure'`, if no `test` was passed. */
  failed(): void;
  /** Drops it, unless it is kept; ends the connections that are still open. Calling it twice drops it once. */
  drop(): Promise<void>;
}

/** A connection that was just closed is gone by then; one still open is ended. */
const endingMs = 90;

/** For what a test closes after its end. */
const closingMs = 5_000;

interface Own {
  readonly server: TestServer;
  readonly name: string;
  readonly keep: Keep;
  readonly leave: () => void;
}

/** A database on one of our servers. */
export class OwnDatabase implements MigratedDatabase {
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly #own: Own;
  #test: TestDatabaseOptions['test'];
  #endsWithTest = false;
  #hasFailed = false;
  #ended: Promise<void> | null = null;

  constructor(own: Own) {
    const { address } = own.server;
    const [first] = address.hosts;
    this.url = own.server.urlOf(own.name);
    this.host = first?.host ?? '';
    this.port = first?.port ?? 0;
    this.user = address.user;
    this.password = address.password ?? '';
    this.database = own.name;
    this.#own = own;
  }

  /** Ends the database with the test. */
  follow(test: TestDatabaseOptions['test']): void {
    this.#test = test;
    if (test === undefined) return;
    this.#endsWithTest = whenOver(test, async ({ hasFailed: failed, mayBeOpen }) => {
      this.#hasFailed ||= failed;
      if (!mayBeOpen) return this.drop();
      // Nothing waits for this, so an error would be lost: the next process sweeps what is left.
      await this.#endOnce(closingMs).catch(() => undefined);
    });
  }

  failed(): void {
    this.#hasFailed = true;
  }

  drop(): Promise<void> {
    return this.#endOnce(endingMs);
  }

  #endOnce(patienceMs: number): Promise<void> {
    return (this.#ended ??= whileAwake(() => this.#end(patienceMs)));
  }

  /** Before the end of the test it is unknown whether it fails. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#endsWithTest || this.#own.keep === 'never') await this.drop();
  }

  async #end(patienceMs: number): Promise<void> {
    const { server, name, leave } = this.#own;
    try {
      // Everything on the server is gone with it.
      if (server.isLost()) return;
      if (this.#isToBeKept()) await this.#keep();
      else await server.clones.drop(name, patienceMs);
    } finally {
      leave();
    }
  }

  async #keep(): Promise<void> {
    const { server, name } = this.#own;
    await server.keep(name);
    surroundings.print(
      `postgres-manager: kept for ${keptMinutes} minutes: ${server.printable(name)}`,
    );
  }

  #isToBeKept(): boolean {
    const { keep } = this.#own;
    if (this.#test !== undefined) this.#hasFailed ||= hasFailed(this.#test);
    return keep === 'always' || (keep === 'on-failure' && this.#hasFailed);
  }
}
