import { once } from 'node:events';
import {
  type ConnectionSettings,
  currentSettings,
  describeHost,
} from '../../core/connection/connection.js';
import { Transient } from '../../core/errors.js';
import { errorFields } from './answers.js';
import { openSocket, transports } from './open-socket.js';

/**
 * Asks a server for a session and goes away before logging in, so that no limit on connections counts it. Throws
 * `Transient` with the SQLSTATE if the server refuses at once (57P03: it shuts down). `target` is its `host:port`.
 */
export async function look(
  asked: ConnectionSettings,
  { database, target, signal }: { database: string; target: string; signal: AbortSignal },
): Promise<void> {
  const settings = await currentSettings(asked);
  const host = settings.hosts.find((each) => describeHost(each) === target);
  if (host === undefined) return;
  const [transport] = await transports(settings, host);
  if (transport === undefined) return;
  const socket = await openSocket({ host, transport, signal, onTls: () => undefined });
  try {
    socket.write(startUp({ user: settings.user, database }));
    const [bytes] = (await once(socket, 'data', { signal })) as [Buffer];
    const { code, message } = errorFields(bytes) ?? {};
    if (code !== undefined) throw new Transient(`${target}: ${message ?? ''}`, code);
  } finally {
    socket.destroy();
  }
}

/** The first message of the protocol, version 3.0. */
function startUp(parameters: Readonly<Record<string, string>>): Buffer {
  const pairs = Object.entries(parameters).map(([name, value]) => `${name}\0${value}\0`);
  const body = Buffer.from(`${pairs.join('')}\0`);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(head.length + body.length, 0);
  head.writeUInt32BE(3 << 16, 4);
  return Buffer.concat([head, body]);
}
