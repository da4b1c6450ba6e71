import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunningPgm } from '../support/pgm.js';

let home: string;
/** Takes connections and says nothing. */
let silent: Server;
const sockets: Socket[] = [];

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'pgm-test-looks-'));
  silent = createServer((socket) => sockets.push(socket.on('error', () => undefined)));
  await once(silent.listen(0, '127.0.0.1'), 'listening');
});
afterAll(async () => {
  for (const socket of sockets) socket.destroy();
  silent.close();
  await rm(home, { recursive: true });
});

test.each([
  ['status', ['--dir', 'migrations']],
  ['status', ['--dir', 'migrations', '--check']],
  ['drift', []],
])(
  'pgm fleet %s %j that is told to stop while it connects says so, and exits with 143',
  async (command, args) => {
    const { port } = silent.address() as AddressInfo;
    const list = join(home, 'list');
    await writeFile(list, `a=postgresql://u:p@127.0.0.1:${port}/db\n`);
    const connected = once(silent, 'connection');
    const running = new RunningPgm(['fleet', command, '--targets', list, '--json', ...args]);
    await connected;
    const { exitCode, stdout } = await running.stop();
    const { targets } = JSON.parse(stdout) as {
      targets: readonly { state?: string; verdict?: string }[];
    };
    const states = targets.map(({ state, verdict }) => state ?? verdict);
    expect(`${exitCode} ${states.join()}`).toBe('143 interrupted');
  },
);
