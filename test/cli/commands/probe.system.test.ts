import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { freePort } from '../../support/http.js';
import { pgm } from '../../support/pgm.js';

let server: Server | null = null;

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

/** Answers like a health server would; null never answers. Gives the port and what was asked. */
async function answering(
  status: number | null,
  body: unknown,
  host = '127.0.0.1',
): Promise<{ port: number; asked: string[] }> {
  const asked: string[] = [];
  const opened = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (status === null) return;
    response.writeHead(status).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  server = opened;
  await new Promise<void>((resolve) => opened.listen(0, host, resolve));
  return { port: (opened.address() as AddressInfo).port, asked };
}

const probe = (port: number, ...args: string[]) =>
  pgm(['probe', ...args], { HEALTH_PORT: String(port), PGM_TIMEOUT: '60s' });

describe('pgm probe', () => {
  test('is 0 for yes', async () => {
    const { port, asked } = await answering(200, { status: 'ready', reason: null });
    expect(await probe(port, 'readiness')).toMatchObject({ exitCode: 0, stdout: 'ready\n' });
    expect(asked).toEqual(['/readiness']);
  });

  test('is 1 for no, and gives the reason in a line', async () => {
    const { port } = await answering(503, { status: 'not ready', reason: '1\npending' });
    const { exitCode, stdout } = await probe(port, 'readiness');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: 'not ready: 1\\u000apending\n' });
  });

  test('asks for a revision', async () => {
    const { port, asked } = await answering(200, { status: 'ready' });
    await probe(port, 'readiness', '--revision', 'ABCD12');
    await pgm(['probe', 'health', '--health-port', String(port)], { PGM_REVISION: 'beef' });
    await pgm(['probe', 'liveness', '--health-port', String(port)], { PGM_REVISION: 'beef' });
    expect(asked).toEqual(['/readiness?revision=abcd12', '/health?revision=beef', '/liveness']);
  });

  test('finds who listens on the IPv6 address only', async () => {
    const { port } = await answering(200, { status: 'alive' }, '::1');
    expect(await probe(port, 'liveness')).toMatchObject({ exitCode: 0, stdout: 'alive\n' });
  });

  test('is 1 where nothing listens, and says what to look at', async () => {
    const port = await freePort();
    const { exitCode, stdout } = await probe(port, 'liveness');
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      new RegExp(`^no answer from http://127.0.0.1:${port}/liveness: .*HEALTH_PORT.*\\n$`),
    );
  });

  test('is 1 when the answer does not come in time', async () => {
    const { port } = await answering(null, '');
    const { exitCode, stdout } = await probe(port, 'liveness', '--timeout', '200ms');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('no answer within 200 ms');
  });

  test('is 1 when somebody else has the port', async () => {
    const { port } = await answering(200, '<html>');
    const { exitCode, stdout } = await probe(port, 'liveness');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('is not pgm: it answers 200 without a status');
  });

  test('does not read an answer without end', async () => {
    const { port } = await answering(200, 'x'.repeat(5_000_000));
    expect(await probe(port, 'liveness')).toMatchObject({ exitCode: 1 });
  });

  test.each([
    [[], 'say what to ask: pgm probe liveness, readiness or health'],
    [['life'], '[what] is "life": use liveness, readiness or health'],
    [['liveness', '--revision', 'abcd'], '--revision works with readiness and health'],
    [['liveness', '--health-port', '0'], '--health-port is "0": use a port'],
    [
      ['liveness', '--tiemout', '1s'],
      '--tiemout is not a flag of pgm probe; did you mean --timeout?',
    ],
  ])('%j is exit 2', async (args, words) => {
    const { exitCode, stderr } = await pgm(['probe', ...args]);
    expect(stderr).toContain(words);
    expect(exitCode).toBe(2);
  });
});
