/**
 * Writes `conversation.json` anew, with a PostgreSQL of the npm package: `npm run rehearse`, when pgm asks its server other
 * questions than it did.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startEmbeddedPostgres } from '../../dist/embedded/start.js';
import { Frames, openingOf } from './frames.mjs';
import { actsOn, writeFiles } from './parts.mjs';

const program = fileURLToPath(new URL('../../bin/pgm.js', import.meta.url));
const login = { user: 'rehearsal', password: 'rehearsal' };

/** Listens on `socket`, a path, passes on what is said there and to `server`, and takes down what both say. */
function listenIn(socket, server) {
  const conversation = [];
  const relay = createServer((client) => {
    const turns = [];
    conversation.push(turns);
    const upstream = connect({ host: server.host, port: server.port, noDelay: true });
    client.pipe(upstream).pipe(client);
    for (const end of [client, upstream]) end.on('error', () => undefined);
    takeQuestions(client, turns);
    takeAnswers(upstream, turns);
  });
  relay.listen(socket);
  return { relay, conversation };
}

/** A client speaks in the first message, and in questions; passwords are not played, nor is a goodbye. */
function takeQuestions(client, turns) {
  const frames = new Frames(true);
  client.on('data', (chunk) => {
    for (const frame of frames.take(chunk)) {
      if (frame.kind === '' || frame.kind === 'Q') {
        turns.push({ question: openingOf(frame), answer: '' });
      }
    }
  });
}

/** Each answer ends with the server being ready. */
function takeAnswers(upstream, turns) {
  const frames = new Frames(false);
  const parts = [mayComeIn];
  let at = 0;
  upstream.on('data', (chunk) => {
    for (const { kind, bytes } of frames.take(chunk)) {
      // Nobody needs to know where it was recorded.
      if (kind !== 'R' && !bytes.includes('application_name')) parts.push(bytes);
      if (kind !== 'Z') continue;
      turns[at].answer = Buffer.concat(parts.splice(0)).toString('base64');
      at += 1;
    }
  });
}

/** What it says to a client of which it wants no password. */
const mayComeIn = Buffer.from([82, 0, 0, 0, 8, 0, 0, 0, 0]);

async function run(words) {
  const args = [program, ...words];
  const env = { DATABASE_URL: `postgresql:///rehearsal?host=${directory}`, PGUSER: login.user };
  const child = spawn(process.execPath, args, {
    env: { ...env, PGPASSWORD: login.password },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [exitCode] = await once(child, 'exit');
  if (exitCode !== 0) throw new Error(`pgm ${words.join(' ')} ended with ${exitCode}`);
}

const directory = mkdtempSync(join(tmpdir(), 'pgm-rehearsal-'));
writeFiles(join(directory, 'files'));
const server = await startEmbeddedPostgres({ ...login, directory: null, preferredPort: null });
const { relay, conversation } = listenIn(join(directory, '.s.PGSQL.5432'), server);
try {
  await run(['ensure-db']);
  conversation.length = 0;
  for (const words of actsOn(join(directory, 'files'))) await run(words);
  const path = new URL('conversation.json', import.meta.url);
  writeFileSync(path, `${JSON.stringify(conversation, null, 2)}\n`);
} finally {
  relay.close();
  await server.stop();
  rmSync(directory, { recursive: true });
}
