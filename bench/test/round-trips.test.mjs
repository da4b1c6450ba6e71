import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RoundTrips } from '../lib/round-trips.mjs';

/** @param {string} type @param {string} [body] */
function message(type, body = '') {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeUInt32BE(4 + body.length, 1);
  return Buffer.concat([head, Buffer.from(body)]);
}

/** @param {number} code @param {string} [body] */
function unlettered(code, body = '') {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + body.length, 0);
  head.writeUInt32BE(code, 4);
  return Buffer.concat([head, Buffer.from(body)]);
}

const ready = message('Z', 'I');
const done = Buffer.concat([message('C', 'SELECT 1\0'), ready]);
const query = message('Q', 'select 1\0');

/** A connection that was let in without a password. */
function connected() {
  const trips = new RoundTrips();
  trips.fromClient(unlettered(196608, 'user\0bench\0\0'));
  trips.toClient(Buffer.concat([message('R', '\0\0\0\0'), ready]));
  return trips;
}

test('to connect: refused encryption, start-up and two words of a password are four', () => {
  const trips = new RoundTrips();
  trips.fromClient(unlettered(80877103));
  trips.toClient(Buffer.from('N'));
  trips.fromClient(unlettered(196608, 'user\0bench\0\0'));
  trips.toClient(message('R', 'SCRAM'));
  trips.fromClient(message('p', 'first'));
  trips.toClient(message('R', 'challenge'));
  trips.fromClient(message('p', 'second'));
  trips.toClient(Buffer.concat([message('R', 'well'), ready]));
  assert.deepEqual([trips.connecting, trips.working], [4, 0]);
});

test('a query that is written with the last word of a password is one with it', () => {
  const trips = new RoundTrips();
  trips.fromClient(unlettered(196608, 'user\0bench\0\0'));
  trips.toClient(message('R', 'SCRAM'));
  trips.fromClient(message('p', 'first'));
  trips.toClient(message('R', 'challenge'));
  trips.fromClient(Buffer.concat([message('p', 'second'), query]));
  trips.toClient(Buffer.concat([message('R', 'well'), ready]));
  trips.toClient(done);
  trips.fromClient(query);
  trips.toClient(done);
  assert.deepEqual([trips.connecting, trips.working], [2, 2]);
});

test('a query and its answer are one, in however many pieces they come', () => {
  const trips = connected();
  for (const byte of query) trips.fromClient(Buffer.from([byte]));
  for (const byte of done) trips.toClient(Buffer.from([byte]));
  assert.equal(trips.working, 1);
});

test('queries that wait for each other are as many', () => {
  const trips = connected();
  for (let n = 0; n < 3; n += 1) {
    trips.fromClient(query);
    trips.toClient(done);
  }
  assert.equal(trips.working, 3);
});

test('queries written before the first answer came are one', () => {
  const trips = connected();
  trips.fromClient(Buffer.concat([query, query]));
  trips.toClient(done);
  trips.fromClient(query);
  trips.toClient(Buffer.concat([done, done]));
  assert.equal(trips.working, 1);
});

/** Of two files: BEGIN with the claim, the file, the record with COMMIT. */
const [begin, file, record] = ['begin; select 1\0', 'insert into t values (1)\0', 'commit\0'].map(
  (text) => message('Q', text),
);

test('BEGIN, file and COMMIT that are written together and answered together are one a file', () => {
  assert.ok(begin && file && record);
  const trips = connected();
  for (let n = 0; n < 5; n += 1) {
    trips.fromClient(Buffer.concat([begin, file, record]));
    trips.toClient(Buffer.concat([done, done, done]));
  }
  assert.equal(trips.working, 5);
});

test('so they are where each is a packet of its own, and the first answer comes before the last packet', () => {
  assert.ok(begin && file && record);
  const trips = connected();
  for (let n = 0; n < 5; n += 1) {
    trips.fromClient(begin);
    trips.fromClient(file);
    trips.toClient(done);
    trips.fromClient(record);
    trips.toClient(done.subarray(0, 9));
    trips.toClient(done.subarray(9));
    trips.toClient(done);
  }
  assert.equal(trips.working, 5);
});

test('they are two where COMMIT waits for the file', () => {
  assert.ok(begin && file && record);
  const trips = connected();
  trips.fromClient(Buffer.concat([begin, file]));
  trips.toClient(Buffer.concat([done, done]));
  trips.fromClient(record);
  trips.toClient(done);
  assert.equal(trips.working, 2);
});

test('parse, bind and execute are one up to the sync, and two with a flush between', () => {
  const [parse, bind, execute] = ['P', 'B', 'E'].map((type) => message(type, 'x'));
  assert.ok(parse && bind && execute);
  const together = connected();
  together.fromClient(Buffer.concat([parse, bind, execute, message('S')]));
  together.toClient(Buffer.concat([message('1'), message('2'), done]));
  assert.equal(together.working, 1);
  const apart = connected();
  apart.fromClient(Buffer.concat([parse, message('H')]));
  apart.toClient(message('1'));
  apart.fromClient(Buffer.concat([bind, execute, message('S')]));
  apart.toClient(Buffer.concat([message('2'), done]));
  assert.equal(apart.working, 2);
});

test('what looks like a message in the body of another is not valid', () => {
  const trips = connected();
  trips.fromClient(message('Q', query.toString('latin1')));
  trips.toClient(Buffer.concat([message('D', ready.toString('latin1')), done]));
  assert.equal(trips.working, 1);
});
