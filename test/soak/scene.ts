import { randomBytes } from 'node:crypto';
import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Relay } from '../support/relay.js';
import { freePort } from '../support/http.js';
import { Kubelet } from '../support/kubelet.js';
import type { Environment } from '../support/pgm.js';
import { asAdmin, type OwnServer, startServer } from '../support/server.js';
import { openDirectory } from '../support/server-setup.js';
import { Prober } from './prober.js';
import { type Chance, repeatableChance } from '../support/memory/chance.js';
import { now, Sidecar } from './sidecar.js';
import { canary, Story } from './story.js';

export const database = 'soak';
/** Who pgm is to the server: no superuser, but it may create databases. */
export const runner = 'soak_runner';

/** Everything a soak acts upon. */
export interface Scene {
  readonly server: OwnServer;
  readonly proxy: Relay;
  readonly kubelet: Kubelet;
  readonly story: Story;
  readonly prober: Prober;
  readonly sidecar: Sidecar;
  readonly port: number;
  /** For a `pgm` beside the sidecar. */
  readonly env: Environment;
  readonly journal: Journal;
  /** Gives pgm's role another password, and then or before that the file another content. */
  rotatePassword(random: Chance): Promise<void>;
  close(): Promise<void>;
}

/** What happened, each with its time, for who has to find out why. */
export class Journal {
  readonly #since = now();
  readonly #lines: string[] = [];

  note(what: string): void {
    this.#lines.push(`${((now() - this.#since) / 1000).toFixed(3).padStart(8)} s  ${what}`);
  }

  /** The time of a note in milliseconds since 1970, in the words of `note`. */
  at(ms: number): string {
    return `${((ms - this.#since) / 1000).toFixed(3)} s`;
  }

  get text(): string {
    return this.#lines.join('\n');
  }
}

/** How few connections the server has, so that they can be used up. */
const connections = '30';

/** A server, a proxy before it, a mount and a sidecar that is not started yet. Whoever opens it closes it. */
export async function openScene(seed: number, linkedTo: 'url-file' | 'passfile'): Promise<Scene> {
  const server = await startServer({ settings: { max_connections: connections } });
  const proxy = await Relay.open(server, { keepalivesMs: 1_000 });
  const home = await openDirectory();
  const secret = secretFile(home, proxy, linkedTo);
  const first = newPassword();
  await secret.write(first);
  await asAdmin(async (sql) => {
    await sql.unsafe(`create role ${runner} login createdb password '${first}'`);
  }, server);
  const story = new Story(repeatableChance(seed));
  const directory = join(home, 'mount');
  const kubelet = Kubelet.mount(directory, story.payload);
  const port = await freePort();
  const prober = new Prober(port);
  const sidecar = new Sidecar({ directory, port, env: secret.env }, prober);
  return {
    ...{ server, proxy, kubelet, story, prober, sidecar, port, env: secret.env },
    journal: new Journal(),
    rotatePassword: (random) => rotate(server, secret, random),
    close: async () => {
      await sidecar.end('SIGKILL');
      await prober.close();
      await proxy.close();
      await server.remove();
      await rm(home, { recursive: true, force: true });
    },
  };
}

interface SecretFile {
  readonly env: Environment;
  write(password: string): Promise<void>;
}

function secretFile(home: string, proxy: Relay, form: 'url-file' | 'passfile'): SecretFile {
  const file = join(home, 'secret');
  const place = `127.0.0.1:${proxy.port}/${database}`;
  const isUrl = form === 'url-file';
  return {
    env: isUrl
      ? { DATABASE_URL_FILE: file }
      : { DATABASE_URL: `postgresql://${runner}@${place}`, PGPASSFILE: file },
    write: async (password) => {
      const text = isUrl ? `postgresql://${runner}:${password}@${place}` : `*:*:*:*:${password}`;
      await writeFile(`${file}.new`, `${text}\n`, { mode: 0o600 });
      await rename(`${file}.new`, file);
    },
  };
}

async function rotate(server: OwnServer, secret: SecretFile, random: Chance): Promise<void> {
  const password = newPassword();
  const isFileFirst = random() < 0.5;
  if (isFileFirst) await secret.write(password);
  await asAdmin((sql) => sql.unsafe(`alter role ${runner} password '${password}'`), server);
  if (!isFileFirst) await secret.write(password);
}

function newPassword(): string {
  return `${canary}-${randomBytes(9).toString('hex')}`;
}
