import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { expect, test } from 'vitest';
import { isEncryptionRequest, noTls, passwordRequest } from '../support/frames.js';
import { pgm, RunningPgm } from '../support/pgm.js';
import { makeTree } from '../support/tree.js';

test('a server that hangs up while the password is read is one that is not there: exit 4, and no bug', async () => {
  let asked = 0;
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.on('data', (chunk) => {
      if (isEncryptionRequest(chunk)) {
        socket.write(noTls);
        return;
      }
      asked += 1;
      socket.write(passwordRequest);
      socket.resetAndDestroy();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const url = `postgresql://somebody:secret@127.0.0.1:${port}/x?sslmode=disable\n`;
  const tree = await makeTree({ 'a/001_x.sql': 'select 1;', '.secret': url });
  const env = { DATABASE_URL_FILE: `${tree.directory}/.secret` };
  const args = ['migrate', '--dir', tree.directory, '--wait-timeout'];
  const patient = new RunningPgm([...args, '1h'], env);
  await expect.poll(() => asked).toBeGreaterThan(1);
  const { stdout } = await patient.stop();
  const { exitCode, stderr } = await pgm([...args, '0'], env);
  server.close();
  await tree.remove();
  expect(stdout + stderr).not.toContain('a bug in pgm');
  expect(exitCode).toBe(4);
});
