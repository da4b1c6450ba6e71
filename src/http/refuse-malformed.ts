import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/** Milliseconds in which what a client still sends is thrown away. */
const lingerMs = 1_000;

/**
 * Answers what the parser does not take as a request, and goes on reading for a moment. If a connection is closed with bytes
 * that were not read, the system resets it, and a client that is still sending may never see the answer.
 */
export function refuseMalformed(server: Server): void {
  server.on('clientError', ({ code }: NodeJS.ErrnoException, socket: Socket) => {
    // The parser says it again for each part that comes after the first.
    if (socket.writableEnded) return;
    if (!socket.writable || code === 'ECONNRESET') {
      socket.destroy();
      return;
    }
    socket.end(`HTTP/1.1 ${statusOf(code)}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    const late = setTimeout(() => {
      socket.destroy();
    }, lingerMs);
    socket.once('close', () => {
      clearTimeout(late);
    });
  });
}

function statusOf(code: string | undefined): string {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return '431 Request Header Fields Too Large';
    case 'HPE_CHUNK_EXTENSIONS_OVERFLOW':
      return '413 Payload Too Large';
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return '408 Request Timeout';
    default:
      return '400 Bad Request';
  }
}
