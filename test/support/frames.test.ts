import { describe, expect, test } from 'vitest';
import { type Chance, rounds } from './rounds.js';
import {
  frameOf,
  Frames,
  FrameStarts,
  isEncryptionRequest,
  noTls,
  passwordRequest,
  type Side,
} from './frames.js';

/** A start-up message: a length, and that much of something. */
function startUp(size: number, code = 196_608): Buffer {
  const bytes = Buffer.alloc(size, 'u');
  bytes.writeUInt32BE(size, 0);
  bytes.writeUInt32BE(code, 4);
  return bytes;
}

const tlsRequest = startUp(8, 80_877_103);
const query = frameOf('Q', Buffer.from('select 1\0'));
const long = frameOf('Q', Buffer.alloc(300_000, 'x'));
const ready = frameOf('Z', Buffer.from('I'));

const said: Readonly<Record<Side, readonly Buffer[]>> = {
  client: [tlsRequest, startUp(40), query, long, query, frameOf('X', Buffer.alloc(0))],
  server: [noTls, passwordRequest, ready, frameOf('D', Buffer.alloc(70_000, 'Z')), ready],
};

/** The same bytes, cut anywhere. */
function chunksOf(bytes: Buffer, chance: Chance): readonly Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    const size = 1 + Math.floor(chance() ** 8 * 200_000);
    chunks.push(bytes.subarray(at, at + size));
    at += size;
  }
  return chunks;
}

describe.each<Side>(['client', 'server'])('what a %s says', (side) => {
  const whole = Buffer.concat(said[side]);

  test('is cut into its messages, however it arrives', async () => {
    await rounds(
      (chance) => {
        const frames = new Frames(side);
        const got = chunksOf(whole, chance).flatMap((chunk) => [...frames.completedBy(chunk)]);
        expect(got.map(({ bytes }) => bytes.length)).toEqual(
          said[side].map(({ length }) => length),
        );
        expect(Buffer.concat(got.map(({ bytes }) => bytes)).equals(whole)).toBe(true);
        const letters = got.map(({ letter }) => letter ?? '-').join('');
        expect(letters).toBe(side === 'client' ? '--QQQX' : '-RZDZ');
      },
      { least: 20 },
    );
  });

  test('is found where it begins', () => {
    const begins = said[side].map((_, nth) => Buffer.concat(said[side].slice(0, nth)).length);
    expect(new FrameStarts(side).in(whole).map(({ at }) => at)).toEqual(begins);
  });

  test('is found once, however it arrives', async () => {
    await rounds(
      (chance) => {
        const starts = new FrameStarts(side);
        const found = chunksOf(whole, chance).flatMap((chunk) => starts.in(chunk));
        expect(found).toHaveLength(said[side].length);
      },
      { least: 20 },
    );
  });
});

test('a message is found when its head is there, and completed by its last byte', () => {
  const starts = new FrameStarts('server');
  const frames = new Frames('server');
  const begun = Buffer.concat([passwordRequest, ready.subarray(0, 5)]);
  expect(starts.in(begun)).toEqual([
    { letter: 'R', at: 0 },
    { letter: 'Z', at: passwordRequest.length },
  ]);
  expect([...frames.completedBy(begun)]).toHaveLength(1);
  expect([...frames.completedBy(ready.subarray(5))]).toMatchObject([{ letter: 'Z' }]);
});

test('the first word of TLS, after the server said no, is one message', () => {
  const frames = new Frames('client');
  const hello = Buffer.from([0x16, 0x03, 0x01, 0x02, 0x00, 0x01]);
  expect([...frames.completedBy(tlsRequest), ...frames.completedBy(hello)]).toEqual([
    { letter: null, bytes: tlsRequest },
    { letter: null, bytes: hello },
  ]);
});

test('a request for TLS is told from a start-up message', () => {
  expect([tlsRequest, startUp(8), startUp(40)].map(isEncryptionRequest)).toEqual([
    true,
    false,
    false,
  ]);
});
