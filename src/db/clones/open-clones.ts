import { randomInt } from 'node:crypto';
import { type Clones, cloneName, type MakeTemplate } from '../../core/clones/clones.js';
import type { ConnectionSettings } from '../../core/connection/connection.js';
import { DatabaseMissing, Refused } from '../../core/errors.js';
import { sqlstates } from '../../core/failure/sqlstates.js';
import type { Runner } from '../../core/ports.js';
import { dropDatabase, mayNotCreate, openMaintenance } from '../backend/create-database.js';
import { dialling } from '../database.js';
import { translating } from '../session.js';
import type { Client } from '../wire/client.js';
import { serverErrorOf } from '../wire/errors.js';
import { Sockets } from '../wire/open-socket.js';
import { iso, literal } from '../wire/quote.js';
import { copyDatabase, preferReferences } from './copy-database.js';
import { ensureTemplate } from './make-template.js';
import { type OwnSettings, readOwnSettings } from './own-settings.js';
import { keptComment, ownerSpace, sweepClones } from './sweep.js';
import { untilEmpty } from './until-empty.js';

interface ClonesOptions {
  /** Where to create databases; the database named here is the first to connect to for that. */
  readonly settings: ConnectionSettings;
  readonly runner: Runner;
}

/**
 * Connects to a maintenance database, and drops what killed processes have left. The connection, which marks the databases
 * made here as owned, does not keep the process alive. Throws `Transient`, `Refused`.
 */
export async function openClones({ settings, runner }: ClonesOptions): Promise<Clones> {
  const sockets = new Sockets();
  const client = await openMaintenance({ ...dialling({ settings, runner }), sockets });
  try {
    refusePooler(client);
    const owner = await translating(client, () => becomeOwner(client));
    sockets.unref();
    return new ClonesOfOwner(client, owner, settings.user);
  } catch (error) {
    await client.close();
    throw error;
  }
}

function refusePooler({ facts, target }: Client): void {
  if (!facts.pooled) return;
  throw new Refused(
    `${target} is a connection pooler, so pgm cannot tell whether the test that made a database is still running: ` +
      'connect to PostgreSQL directly',
    null,
  );
}

/** As long as the owner's advisory lock is held, its databases are in use. */
async function becomeOwner(client: Client): Promise<number> {
  await preferReferences(client);
  await client.run('set idle_session_timeout = 0');
  for (;;) {
    const owner = randomInt(1, 2 ** 31);
    const [rows] = await client.run(
      `select pg_catalog.pg_try_advisory_lock(${ownerSpace}, ${owner}) as held`,
    );
    if (rows?.[0]?.['held'] !== true) continue;
    await sweepClones(client);
    return owner;
  }
}

class ClonesOfOwner implements Clones {
  readonly #client: Client;
  readonly #owner: number;
  readonly #user: string;
  /** The own settings of each existing template; also while one is being made, so that it is made once. */
  readonly #templates = new Map<string, Promise<OwnSettings | null>>();
  #serial = 0;

  constructor(client: Client, owner: number, user: string) {
    this.#client = client;
    this.#owner = owner;
    this.#user = user;
  }

  isLost(): boolean {
    return this.#client.lost;
  }

  async fresh(template: string, make: MakeTemplate): Promise<string> {
    try {
      return await this.#clone(template, make);
    } catch (error) {
      if (!(error instanceof DatabaseMissing)) throw error;
      // It was removed since.
      this.#templates.delete(template);
      return this.#clone(template, make);
    }
  }

  drop(database: string, patienceMs: number): Promise<void> {
    return translating(this.#client, async () => {
      await untilEmpty(this.#client, database, patienceMs);
      await dropDatabase(this.#client, database);
    });
  }

  keep(database: string): Promise<void> {
    return translating(this.#client, async () => {
      await this.#client.run(`
do $$ begin execute pg_catalog.format('comment on database %I is %L', ${literal(database)},
  ${literal(keptComment)} || ${iso('pg_catalog.now()')}); end $$`);
    });
  }

  extensions(): Promise<readonly string[]> {
    return translating(this.#client, async () => {
      const [rows] = await this.#client.run(
        'select name from pg_catalog.pg_available_extensions order by name',
      );
      return (rows ?? []).map(({ name }) => String(name));
    });
  }

  close(): Promise<void> {
    return this.#client.close();
  }

  #nextName(): string {
    this.#serial += 1;
    return cloneName(this.#owner, this.#serial);
  }

  async #clone(template: string, make: MakeTemplate): Promise<string> {
    const own = await this.#ensured(template, make);
    const name = this.#nextName();
    await translating(this.#client, async () => {
      await copyDatabase(this.#client, { template, name });
      if (own !== null) await this.#client.run(own(name));
    });
    return name;
  }

  #ensured(template: string, make: MakeTemplate): Promise<OwnSettings | null> {
    const known = this.#templates.get(template);
    if (known !== undefined) return known;
    const ensured = translating(this.#client, () => this.#ensure(template, make));
    this.#templates.set(template, ensured);
    ensured.catch(() => this.#templates.delete(template));
    return ensured;
  }

  async #ensure(template: string, make: MakeTemplate): Promise<OwnSettings | null> {
    const workshop = this.#nextName();
    try {
      await ensureTemplate({ client: this.#client, template, workshop, make });
    } catch (error) {
      throw this.#explained(error);
    }
    return readOwnSettings(this.#client, template);
  }

  #explained(error: unknown): unknown {
    const isDenied = serverErrorOf(error)?.sqlstate === sqlstates.insufficientPrivilege;
    if (!isDenied) return error;
    const needed = { why: 'every test gets one of its own', otherwise: '' };
    return mayNotCreate(this.#client, this.#user, needed, error);
  }
}
