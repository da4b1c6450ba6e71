import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Keeps at most `mostIdle` connections that ask nothing: one more, and the oldest of them is closed. So whoever opens
 * thousands takes neither the place of a probe nor the descriptors that migrations need. What asks is never closed here.
 */
export function limitIdleConnections(server: Server, mostIdle: number): void {
  /** Oldest first. */
  const idle = new Set<Socket>();
  const rest = (socket: Socket): void => {
    idle.add(socket);
    const [oldest] = idle;
    if (idle.size > mostIdle) oldest?.destroy();
  };
  server.on('connection', (socket) => {
    socket.once('close', () => idle.delete(socket));
    rest(socket);
  });
  server.on('request', ({ socket }: IncomingMessage, response: ServerResponse) => {
    idle.delete(socket);
    response.once('close', () => {
      if (!socket.destroyed) rest(socket);
    });
  });
}
