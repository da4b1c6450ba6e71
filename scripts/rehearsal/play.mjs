import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { Frames, openingOf } from './frames.mjs';

/** What was said connection by connection: by the client's questions, how they begin, and all of the server's answers. */
const conversation = JSON.parse(
  readFileSync(new URL('conversation.json', import.meta.url), 'utf8'),
);

/**
 * A server that says what a PostgreSQL said when the same things were done: listens on `socket`, a path, where nobody asks
 * for TLS. It knows nothing and wants no password; who asks something else than was asked then is hung up on. `isOver`
 * tells whether all was asked.
 */
export function playServer(socket) {
  const connections = [...conversation];
  const turns = [];
  // Nobody's goodbye is answered: what a client does when it is answered, and when not, would be left to chance.
  const server = createServer({ allowHalfOpen: true }, (client) => {
    const left = [...(connections.shift() ?? [])];
    turns.push(left);
    const frames = new Frames(true);
    client.on('error', () => undefined);
    client.on('data', (chunk) => {
      for (const frame of frames.take(chunk)) if (frame.kind !== 'X') answer(client, frame, left);
    });
  }).listen(socket);
  const isOver = () => connections.length === 0 && turns.flat().length === 0;
  return { isOver, close: () => server.close() };
}

function answer(client, question, left) {
  const [turn] = left;
  if (turn?.question !== openingOf(question)) return client.destroy();
  client.write(Buffer.from(turn.answer, 'base64'));
  return left.shift();
}
