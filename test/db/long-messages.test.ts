import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { stepLength } from '../../src/core/steps.js';
import { LongMessage, LongMessages, type MessageText } from '../../src/db/long-messages.js';
import { FirstQuestion } from '../../src/db/first-question.js';
import { carry } from '../../src/db/outlet.js';

/** As the driver writes a message of the simple protocol. */
function query(text: string): Buffer {
  const message = Buffer.from(`Q\0\0\0\0${text}\0`);
  message.writeUInt32BE(message.length - 1, 1);
  return message;
}

function shown(pieces: readonly (Buffer | LongMessage)[]): readonly string[] {
  return pieces.map((piece) =>
    Buffer.concat(piece instanceof LongMessage ? [...piece.parts()] : [piece]).toString(),
  );
}

describe('of a chunk of the driver', () => {
  const messages = new LongMessages();
  const standInFor = (text: MessageText): Buffer => query(messages.make(text).standIn);

  test('each stand-in is the message it stands for, and all else as it was', () => {
    const [one, two] = [standInFor('one'), standInFor(Buffer.from('zwei ü'))];
    const chunk = Buffer.concat([query('a'), one, query('b'), query('c'), two, query('d')]);
    const wanted = [query('a'), query('one'), `${String(query('b'))}${String(query('c'))}`];
    expect(shown(messages.placed(chunk))).toEqual(
      [...wanted, query('zwei ü'), query('d')].map(String),
    );
  });

  test('they are placed by their numbers, not by their turn', () => {
    const [one, two] = [standInFor('one'), standInFor('two')];
    expect(shown(messages.placed(two))).toEqual([String(query('two'))]);
    expect(shown(messages.placed(one))).toEqual([String(query('one'))]);
  });

  test('a stand-in that comes again stays what it is, which no server takes for SQL', () => {
    const one = standInFor('one');
    messages.placed(one);
    standInFor('two');
    expect(shown(messages.placed(one))).toEqual([String(one)]);
  });

  test('that of another connection means nothing', () => {
    const foreign = query(new LongMessages().make('one').standIn);
    standInFor('two');
    expect(messages.placed(foreign)).toEqual([foreign]);
  });
});

test('a message is announced with its length in bytes, and its text is let go of', () => {
  const text = `${'a'.repeat(stepLength - 1)}🎉 ü \ud83c`;
  const message = new LongMessages().make(text);
  expect(shown([message])).toEqual([String(query(text))]);
  expect(shown([message])).toEqual([String(query(''))]);
});

describe('the socket', () => {
  let server: Server;
  let near: Socket;
  /** Does not read before it is told to. */
  let far: Socket;
  let messages: LongMessages;
  let firstQuestion: FirstQuestion;

  beforeEach(async () => {
    server = createServer({ pauseOnConnect: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    near = connect((server.address() as AddressInfo).port, '127.0.0.1');
    [[far]] = (await Promise.all([once(server, 'connection'), once(near, 'connect')])) as [
      [Socket],
      unknown,
    ];
    far.on('error', () => undefined);
    near.resume();
    messages = new LongMessages();
    firstQuestion = new FirstQuestion(true);
    carry(near, { longMessages: messages, firstQuestion });
  });

  afterEach(async () => {
    near.destroy();
    far.destroy();
    await new Promise((resolve) => server.close(resolve));
  });

  /** More than the system takes while nobody reads. */
  const long = 'x'.repeat(32 << 20);

  function begin(): LongMessage {
    const message = messages.make(long);
    near.write(query(message.standIn));
    return message;
  }

  test('keeps what is written behind a long message behind it, in order', async () => {
    begin();
    const [second, calls] = [messages.make('second'), [] as string[]];
    near.write(query('b'), () => calls.push('b'));
    near.write(Buffer.concat([query('c'), query(second.standIn), query('d')]), () =>
      calls.push('d'),
    );
    const wanted = Buffer.concat([long, 'b', 'c', 'second', 'd'].map(query));
    expect((await received(wanted.length)).equals(wanted)).toBe(true);
    await expect.poll(() => calls).toEqual(['b', 'd']);
    // And goes on as any other.
    near.write(query('e'));
    expect(await received(query('e').length)).toEqual(query('e'));
  });

  /** The driver's last word of the password exchange. */
  const password = query('md5f00');
  password.write('p');

  test('takes the first question along with the password, and says that it has written it', async () => {
    firstQuestion.ask('first');
    near.write(password);
    await new Promise<void>((resolve) => {
      near.write(query('first'), () => {
        resolve();
      });
    });
    near.write(query('b'));
    const wanted = Buffer.concat([password, query('first'), query('b')]);
    expect(await received(wanted.length)).toEqual(wanted);
  });

  test('is closed where something else is written than the first question that went ahead', async () => {
    firstQuestion.ask('first');
    near.write(password);
    near.write(query('b'));
    const [error] = (await once(near, 'error')) as [Error];
    expect(error.message).toBe('the driver wrote what was not expected of it');
    expect(near.destroyed).toBe(true);
  });

  async function received(length: number): Promise<Buffer> {
    const chunks: Buffer[] = [];
    let sum = 0;
    for await (const [chunk] of dataOf(far)) {
      chunks.push(chunk);
      sum += chunk.length;
      if (sum >= length) break;
    }
    return Buffer.concat(chunks);
  }

  test('does not ask the driver to hold back because of a long message', () => {
    begin();
    expect(near.write(query('b'))).toBe(true);
  });

  test('says that a message is written when the system has all of it, and holds few parts of it', async () => {
    const message = begin();
    await expect.poll(() => near.bytesWritten).toBeGreaterThan(2 * stepLength);
    expect([message.isWritten, near.writableLength <= 2 * stepLength]).toEqual([false, true]);
    far.resume();
    await expect.poll(() => message.isWritten).toBe(true);
  });

  test('says no goodbye in the middle of a message, where it would be a part of it', async () => {
    begin();
    const closed = once(near, 'close');
    near.end(Buffer.from('X\0\0\0\u0004'));
    await closed;
    const chunks: Buffer[] = [];
    far.on('data', (chunk) => chunks.push(chunk));
    far.resume();
    await once(far, 'close');
    expect(Buffer.concat(chunks).includes('X')).toBe(false);
  });

  test('says it when nothing is under way', async () => {
    near.end(query('X'));
    expect(await received(query('X').length)).toEqual(query('X'));
  });

  test.each([
    ['the other side resets it', (): unknown => far.resetAndDestroy()],
    ['the other side ends it', (): unknown => far.end()],
    ['it is destroyed', (): unknown => near.destroy()],
  ])('lets go of what waits when %s', async (_, strike) => {
    const message = begin();
    near.on('error', () => undefined);
    const told: unknown[] = [];
    near.write(query('b'), (error) => told.push(error instanceof Error));
    const closed = new Promise((resolve) => near.once('close', resolve));
    strike();
    await closed;
    await expect.poll(() => told).toEqual([true]);
    expect(message.isWritten).toBe(false);
  });
});

async function* dataOf(socket: Socket): AsyncGenerator<[Buffer]> {
  for (;;) {
    const next = once(socket, 'data') as Promise<[Buffer]>;
    socket.resume();
    const chunk = await next;
    socket.pause();
    yield chunk;
  }
}
