import { afterEach, expect, test, vi } from 'vitest';
import { rendezvousOf } from '../../src/embedded/shared/rendezvous.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  ['letters of one byte', '/a'.repeat(30)],
  ['letters of two bytes', '/é'.repeat(30)],
])('a socket has a path that the system takes, below a long TMPDIR of %s', (_, temporary) => {
  vi.stubEnv('TMPDIR', temporary);
  const { socket } = rendezvousOf(['18.4', '{}', 'keeper.js']);
  expect(Buffer.byteLength(`${socket}.4194304`)).toBeLessThanOrEqual(103);
});

test('a short TMPDIR is where processes meet', () => {
  vi.stubEnv('TMPDIR', '/var/folders/zz/zyxvpxvq6csfxvn_n0000000000000/T');
  expect(rendezvousOf([]).directory).toMatch(/^\/var\/folders\//);
});
