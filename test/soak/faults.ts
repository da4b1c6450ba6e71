import { randomBytes } from 'node:crypto';
import { connect as connectSocket, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { pgm, RunningPgm } from '../support/pgm.js';
import { asAdmin } from '../support/server.js';
import { expectWholeSoFar } from './invariants.js';
import type { Chance } from '../support/memory/chance.js';
import { between, oneOf } from './random.js';
import { database, runner, type Scene } from './scene.js';
import { canary } from './story.js';

/** Something that goes wrong, and is over when the promise settles. */
export interface SoakFault {
  readonly name: string;
  readonly weight: number;
  readonly strike: (scene: Scene, random: Chance) => Promise<void>;
}

export const faults: readonly SoakFault[] = [
  { name: 'server stopped and started', weight: 3, strike: restartServer('fast') },
  { name: 'server crashed and started', weight: 3, strike: restartServer('immediate') },
  { name: 'sessions terminated', weight: 4, strike: terminateSessions },
  { name: 'connection cut, reset or stalled at a message', weight: 8, strike: strikeConnection },
  { name: 'SIGKILL', weight: 4, strike: kill },
  { name: 'SIGTERM', weight: 2, strike: stopInOrder },
  { name: 'SIGSTOP for two seconds', weight: 2, strike: ({ sidecar }) => sidecar.freeze(2_000) },
  { name: 'no connection left', weight: 2, strike: useUpConnections },
  { name: 'password rotated', weight: 3, strike: (scene, random) => scene.rotatePassword(random) },
  { name: 'health port flooded', weight: 3, strike: floodHealthPort },
  { name: 'a second pgm migrate', weight: 5, strike: migrateBeside },
  { name: 'database dropped', weight: 1, strike: dropDatabase },
];

function restartServer(how: 'fast' | 'immediate'): SoakFault['strike'] {
  return async ({ server }, random) => {
    await server.stop(how);
    await delay(between(random, 0, 2_000));
    await server.restart();
  };
}

async function terminateSessions({ server }: Scene): Promise<void> {
  await asAdmin(
    (sql) => sql`select pg_terminate_backend(pid) from pg_stat_activity where usename = ${runner}`,
    server,
  );
}

/** At one of the next messages that pgm sends. */
function strikeConnection({ proxy }: Scene, random: Chance): Promise<void> {
  proxy.arm({
    fault: oneOf(random, ['cut', 'reset', 'reset', 'stall'] as const),
    at: between(random, 1, 25),
    when: oneOf(random, ['before', 'after'] as const),
  });
  return Promise.resolve();
}

async function kill({ sidecar }: Scene): Promise<void> {
  await sidecar.restart('SIGKILL');
}

async function stopInOrder({ sidecar }: Scene): Promise<void> {
  const exitCode = await sidecar.restart('SIGTERM');
  if (exitCode !== 0) sidecar.unexpected.push(`SIGTERM: exit code ${exitCode}`);
}

async function useUpConnections({ server }: Scene, random: Chance): Promise<void> {
  const password = randomBytes(6).toString('hex');
  const eater = `eater_${randomBytes(4).toString('hex')}`;
  await asAdmin((sql) => sql.unsafe(`create role ${eater} login password '${password}'`), server);
  const { host, port } = server;
  const clients = Array.from({ length: 30 }, () =>
    postgres({ host, port, user: eater, password, database: 'postgres', max: 1, onnotice }),
  );
  // Those that come too late are refused, which is the point.
  await Promise.allSettled(clients.map((sql) => sql`select 1`));
  await delay(between(random, 500, 3_000));
  await Promise.all(clients.map((sql) => sql.end({ timeout: 0 })));
}

const onnotice = (): void => undefined;

const floods = [
  // Never says more than this.
  { count: 300, text: 'GET /readiness HTTP/1.1\r\nHost: ' },
  { count: 300, text: '' },
  { count: 100, text: `GET /metrics HTTP/1.1\r\nHost: x\r\nX: ${'y'.repeat(64 * 1024)}` },
  { count: 200, text: 'POST /status HTTP/1.1\r\nHost: x\r\nContent-Length: 99999\r\n\r\n' },
  { count: 100, text: 'GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(3) },
] as const;

async function floodHealthPort({ port }: Scene, random: Chance): Promise<void> {
  const { count, text } = oneOf(random, floods);
  const sockets: Socket[] = Array.from({ length: count }, () => {
    const socket = connectSocket(port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(text);
    socket.resume();
    return socket;
  });
  await delay(between(random, 200, 2_000));
  for (const socket of sockets) socket.destroy();
}

/** As with `kubectl exec`; some of these are killed too. */
async function migrateBeside({ kubelet, env, sidecar }: Scene, random: Chance): Promise<void> {
  const limits = ['--wait-timeout', '5s', '--lock-wait', '5s', '--verbose'];
  const args = ['migrate', '--dir', kubelet.directory, ...limits];
  if (random() < 0.3) {
    const running = new RunningPgm(args, env);
    await delay(between(random, 200, 2_000));
    await running.stop('SIGKILL');
    return;
  }
  const { exitCode, stdout, stderr } = await pgm(args, env);
  // Applied, a broken file, a mount that is not there at the moment, no server, no lock; never a bug.
  if (![0, 1, 2, 4, 5].includes(exitCode ?? -1)) {
    sidecar.unexpected.push(`pgm migrate: exit code ${exitCode}\n${stdout}${stderr}`);
  }
  if ((stdout + stderr).includes(canary)) {
    sidecar.unexpected.push(`pgm migrate printed a canary\n${stdout}${stderr}`);
  }
}

/** With all its effects and its history, which have to be right until then. */
async function dropDatabase({ server, story }: Scene): Promise<void> {
  await expectWholeSoFar(server, story);
  await asAdmin((sql) => sql.unsafe(`drop database if exists ${database} with (force)`), server);
}
