import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';

/** Whether nobody listens on this port of 127.0.0.1 now; somebody may a moment later. */
export async function isFree(port: number): Promise<boolean> {
  return (await listenBriefly(port)) !== null;
}

/** A port that nobody listened on a moment ago. */
export async function freePort(): Promise<number> {
  const port = await listenBriefly(0);
  if (port === null) throw new Error('no port of 127.0.0.1 is free');
  return port;
}

async function listenBriefly(port: number): Promise<number | null> {
  const server = createServer();
  try {
    server.listen({ port, host: '127.0.0.1', exclusive: true });
    await once(server, 'listening');
  } catch {
    return null;
  }
  const address = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return address.port;
}
