import { type AddressInfo, createServer, type Server } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { ConfigurationError } from '../../src/core/errors.js';
import {
  type HealthServer,
  type HealthServerOptions,
  startHealthServer,
} from '../../src/http/health-server.js';
import { serverOptions } from '../support/http-answers.js';

let other: Server | null = null;
let server: HealthServer | null = null;

afterEach(async () => {
  await new Promise<void>((resolve) => {
    if (other === null) resolve();
    else
      other.close(() => {
        resolve();
      });
  });
  await server?.close();
  other = null;
  server = null;
});

/** Somebody else has a port of this address. */
async function take(host: string): Promise<number> {
  const taken = createServer();
  other = taken;
  await new Promise<void>((resolve) => taken.listen({ port: 0, host }, resolve));
  return (taken.address() as AddressInfo).port;
}

async function start(options: Partial<HealthServerOptions>): Promise<string> {
  server = await startHealthServer(serverOptions({ owner: 'pgm serve-health', ...options }));
  return server.address;
}

describe('a port that is taken', () => {
  test('is a mistake that says who needs it, and what to do', async () => {
    const port = await take('127.0.0.1');
    const error: unknown = await start({ port }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect((error as ConfigurationError).problems).toEqual([
      `--health-port (HEALTH_PORT): pgm serve-health needs port ${port} on 127.0.0.1 for its probes, and ` +
        'another process uses it; stop that process or choose another port (EADDRINUSE)',
    ]);
  });

  test('is no reason to fall back to another address', async () => {
    const port = await take('127.0.0.1');
    await expect(start({ port, addresses: ['127.0.0.1', '127.0.0.2'] })).rejects.toBeInstanceOf(
      ConfigurationError,
    );
  });
});

describe('an address that the machine does not have', () => {
  test('is passed over for the next one', async () => {
    const address = await start({ addresses: ['2001:db8::1', '127.0.0.1'] });
    expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${address}/liveness`)).status).toBe(200);
  });

  test('is a mistake where there is no other', async () => {
    await expect(start({ addresses: ['192.0.2.1'] })).rejects.toThrow(
      /192\.0\.2\.1.*no such address.*--health-host.*EADDRNOTAVAIL/,
    );
  });
});

test('the address of a server that listens everywhere can be asked', async () => {
  expect(await start({ addresses: ['0.0.0.0'] })).toMatch(/^http:\/\/localhost:\d+$/);
});
