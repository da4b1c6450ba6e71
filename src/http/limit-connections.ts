import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Keeps at most `mostIdle` idle connections; when there is one more, the oldest is closed. So a client that opens
 * thousands cannot block probes or take the descriptors that migrations need. Connections with a request stay open.
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
