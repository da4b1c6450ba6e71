import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { pgm } from '../support/pgm.js';
import { makeTree } from '../support/tree.js';

/** "Tell me your password", in clear text. */
const askForPassword = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 3]);
const noTls = Buffer.from('N');
const tlsRequest = 80_877_103;

test('a server that hangs up while the password is read is one that is not there: exit 4, and no bug', async () => {
  let asked = 0;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      if (chunk.length === 8 && chunk.readUInt32BE(4) === tlsRequest) {
        socket.write(noTls);
        return;
      }
      asked += 1;
      socket.write(askForPassword);
      socket.resetAndDestroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `postgresql://somebody:secret@127.0.0.1:${port}/x?sslmode=disable\n`;
  const tree = await makeTree({ 'a/001_x.sql': 'select 1;', '.secret': url });
  const env = { DATABASE_URL_FILE: `${tree.directory}/.secret` };
  const args = ['migrate', '--dir', tree.directory, '--wait-timeout', '3s'];
  const { exitCode, stderr } = await pgm(args, env);
  server.close();
  await tree.remove();
  expect(stderr).not.toContain('a bug in pgm');
  expect(exitCode).toBe(4);
  expect(asked).toBeGreaterThan(1);
});
