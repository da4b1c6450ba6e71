import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../support/http.js';
import { pgm, RunningPgm } from '../support/pgm.js';
import { crossed } from '../support/sweep.js';
import { makeTree, type Tree } from '../support/tree.js';

let tree: Tree;
let server: Server;
let sockets: Socket[] = [];
let running: RunningPgm | null = null;

beforeAll(async () => {
  tree = await makeTree({ 'a/001_one.sql': 'select 1;' });
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => undefined).resume();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
});

afterEach(async () => {
  await running?.stop('SIGKILL');
  running = null;
  for (const socket of sockets) socket.destroy();
  sockets = [];
});

afterAll(async () => {
  server.close();
  await tree.remove();
});

/** A name server that does not answer either. */
const silentNames = `data:text/javascript,${encodeURIComponent(`
  import dns from 'node:dns';
  import { syncBuiltinESMExports } from 'node:module';
  const { lookup } = dns;
  dns.lookup = (name, ...rest) => {
    if (name !== 'db.example') return lookup(name, ...rest);
    process.stderr.write('looking up ' + name + '\\n');
  };
  syncBuiltinESMExports();`)}`;

/** Nothing ends such an attempt but what is tested here. */
const forEver = { PGM_CONNECT_TIMEOUT: '1h' };

function environment(silence: string): Record<string, string> {
  const { port } = server.address() as AddressInfo;
  const common = { ...forEver, MIGRATIONS_DIR: tree.directory };
  return silence === 'server'
    ? { ...common, DATABASE_URL: `postgresql://pact@127.0.0.1:${port}/x` }
    : {
        ...common,
        DATABASE_URL: `postgresql://pact@db.example:${port}/x`,
        NODE_OPTIONS: `--import=${silentNames}`,
      };
}

const commands = ['ensure-db', 'migrate', 'status', 'baseline'];
const silences = ['server', 'name server'];
const each = crossed(commands, silences).map(([command, silence]) => [silence, command] as const);

describe('against silence', () => {
  test.each(each)('of the %s, --wait-timeout ends %s with exit 4', async (silence, command) => {
    const env = environment(silence);
    const { exitCode, stderr } = await pgm([command, '--wait-timeout', '1s'], env);
    expect(stderr).toMatch(/was not reachable within 1 s: .* did not answer/);
    expect(exitCode).toBe(4);
  });

  const stopped = crossed([...commands, 'watch', 'serve-health'], silences).map(
    ([command, silence]) => [silence, command] as const,
  );
  test.each(stopped)(
    'of the %s, SIGTERM ends %s, and no line says that it tries again',
    async (silence, command) => {
      running = new RunningPgm([command], {
        ...environment(silence),
        HEALTH_PORT: String(await freePort()),
      });
      if (command === 'serve-health') await running.printed(/a migrations|1 migration|health/);
      else if (silence === 'server') await expect.poll(() => sockets.length).toBeGreaterThan(0);
      else await running.printed(/looking up db\.example/);
      const { exitCode, stdout, stderr } = await running.stop();
      expect(exitCode).toBe(['watch', 'serve-health'].includes(command) ? 0 : 143);
      expect(stdout + stderr).toMatch(/SIGTERM/);
      expect(stdout + stderr).not.toMatch(/trying again|waiting for PostgreSQL/);
    },
  );

  test.each(['allow', 'prefer', 'require'])(
    'with sslmode=%s --connect-timeout counts once, not for each transport',
    async (mode) => {
      const { DATABASE_URL, ...env } = environment('server');
      running = new RunningPgm(['migrate', '--connect-timeout', '200ms'], {
        ...env,
        DATABASE_URL: `${DATABASE_URL}?sslmode=${mode}`,
      });
      await running.printed(/waiting for PostgreSQL/);
      expect(sockets).toHaveLength(1);
    },
  );
});
