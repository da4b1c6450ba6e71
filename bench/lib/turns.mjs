/**
 * What each part of pgm's bookkeeping costs the server: the messages of a run are made beforehand and sent without waiting,
 * by nothing but a socket, first the files alone, then with one part more at a time. What the parts do to the history stays
 * the same, so a part that is left out costs what it costs.
 */
import { once } from 'node:events';
import { connect } from 'node:net';
import postgres from 'postgres';
import {
  beginMessage,
  claimMessage,
  prepareClaim,
  prepareRecords,
  turnMessage,
} from '../../dist/db/chain-messages.js';
import { markOf, markQuestion } from '../../dist/db/chain-witness.js';
import { upgradeStatements } from '../../dist/db/history-layout.js';
import { serverProcessorMs } from './server-cost.mjs';
import { median } from './statistics.mjs';

/**
 * @typedef {object} Part
 * @property {string} what
 * @property {number} cpu Microseconds of the server's processor a file, with all parts before it.
 * @property {number} wall Microseconds a file, from the first message to the last answer.
 *
 * @typedef {import('../../dist/db/chain-messages.js').ChainedFile} ChainedFile
 */

const files = 5_000;
const historySchema = 'pgm';
const origin = {
  historySchema,
  runner: { version: '0.0.0', host: 'bench' },
  revision: 'r'.repeat(64),
};
const gate = { key: '4711', isClosed: () => false };
const settings = /** @type {const} */ ([
  ['standard_conforming_strings', 'on'],
  ['tcp_keepalives_idle', '10'],
  ['tcp_keepalives_interval', '5'],
  ['tcp_keepalives_count', '3'],
  ['client_connection_check_interval', '500ms'],
]);
const options = { settings, waitMs: 15_000, gate, tag: 'bench', origin };

/** Each leaves out what the next one has. @type {readonly (readonly [what: string, leave: RegExp | null])[]} */
const parts = [
  [
    'the file, and COMMIT AND CHAIN',
    /^[^]*?(?=set local synchronous_commit)|close all;[^]*$|^[^]*(?=commit$)/g,
  ],
  ['a clean session', /execute pgm_\w+\([^)]*\);?|select pg_catalog\.current_setting[^;]*;/g],
  [
    'the claim',
    /execute pgm_(?:conclude|record)\w*\([^)]*\);|select pg_catalog\.current_setting[^;]*;/g,
  ],
  ['the conclusion', /execute pgm_record\w*\([^)]*\);/g],
  ['the record', null],
];

/** @param {import('./server.mjs').BenchServer} server @param {number} rounds @returns {Promise<readonly Part[]>} */
export async function measureTurns(server, rounds) {
  /** @type {{ readonly cpu: number, readonly wall: number }[][]} */
  const taken = parts.map(() => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, [, leave]] of parts.entries()) {
      taken[at]?.push(await sendAll(server, `turns_${round}_${at}`, leave));
    }
  }
  return parts.map(([what], at) => ({
    what,
    cpu: median((taken[at] ?? []).map(({ cpu }) => cpu)),
    wall: median((taken[at] ?? []).map(({ wall }) => wall)),
  }));
}

/** @param {import('./server.mjs').BenchServer} server @param {string} database @param {RegExp | null} leave */
async function sendAll(server, database, leave) {
  await server.sql.unsafe(`create database ${database}`);
  const { url, host, port } = server.target(database);
  const socket = connect(port, host);
  await once(socket, 'connect');
  const quiet = { max: 1, fetch_types: false, prepare: false, onnotice: () => undefined };
  const holder = postgres(url, quiet);
  // The driver says who we are, and then leaves its socket to us.
  const own = /** @type {object} */ ({ ...quiet, socket: () => Promise.resolve(socket) });
  const sql = postgres(url, own);
  try {
    await holder.unsafe(`select pg_advisory_lock(${gate.key})`);
    const messages = (await beginChain(sql)).map((text) => text.replace(leave ?? /$^/, ''));
    await server.sql.unsafe('checkpoint');
    socket.removeAllListeners('data');
    return await timed(server, socket, messages.map(messageOf));
  } finally {
    await Promise.all([holder.end({ timeout: 0 }), sql.end({ timeout: 0 })]);
    await server.sql.unsafe(`drop database ${database} with (force)`);
  }
}

/** Leaves the session where the first file is claimed; gives what is then to be sent. @param {postgres.Sql} sql */
async function beginChain(sql) {
  await sql
    .unsafe(
      `create schema ${historySchema}; ${upgradeStatements(0, historySchema)} create table ledger (entry int, note text)`,
    )
    .simple();
  const began = await sql
    .unsafe(`${beginMessage(options)}; ${markQuestion(historySchema)}`)
    .simple();
  const mark = markOf(began.flat().at(-1) ?? {});
  const own = [prepareClaim(options), ...prepareRecords(mark, options)];
  for (const message of [...own, claimMessage(file(0), options)])
    await sql.unsafe(message).simple();
  return Array.from({ length: files }, (_, n) => {
    const next = n === files - 1 ? null : file(n + 1);
    return [String(file(n).migration.sql), turnMessage(file(n), next, mark, options)];
  }).flat();
}

/** @param {number} nth @returns {ChainedFile} */
function file(nth) {
  const filename = `${String(nth).padStart(5, '0')}_entry.sql`;
  const migration = /** @type {ChainedFile['migration']} */ ({
    ...{ key: `public/${filename}`, schema: 'public', filename },
    checksum: nth.toString(16).padStart(64, '0'),
    sql: `insert into ledger values (${nth}, 'entry ${nth}');\n`,
  });
  return { nth, migration, lockTimeoutMs: 10_000 };
}

/** Query, of the simple protocol. @param {string} text */
function messageOf(text) {
  const body = Buffer.from(`${text}\0`);
  const head = Buffer.from('Q\0\0\0\0');
  head.writeUInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}

/** @param {import('./server.mjs').BenchServer} server @param {import('node:net').Socket} socket @param {readonly Buffer[]} messages */
async function timed({ directory }, socket, messages) {
  const used = serverProcessorMs(directory) ?? NaN;
  const since = performance.now();
  await Promise.all([answers(socket, messages.length), written(socket, messages)]);
  const wall = performance.now() - since;
  const cpu = (serverProcessorMs(directory) ?? NaN) - used;
  return { cpu: (cpu * 1_000) / files, wall: (wall * 1_000) / files };
}

/** @param {import('node:net').Socket} socket @param {readonly Buffer[]} messages */
async function written(socket, messages) {
  for (const message of messages) if (!socket.write(message)) await once(socket, 'drain');
}

/** Settles when the server has been ready `wanted` times. @param {import('node:net').Socket} socket @param {number} wanted @returns {Promise<void>} */
function answers(socket, wanted) {
  let rest = Buffer.alloc(0);
  let ready = 0;
  return new Promise((resolve, reject) => {
    socket.on('data', (/** @type {Buffer} */ chunk) => {
      rest = Buffer.concat([rest, chunk]);
      let at = 0;
      for (; rest.length - at > 4 && rest.length - at > rest.readUInt32BE(at + 1);) {
        const end = at + 1 + rest.readUInt32BE(at + 1);
        if (rest[at] === 0x45) reject(new Error(rest.toString('utf8', at + 5, end)));
        if (rest[at] === 0x5a) ready += 1;
        at = end;
      }
      rest = rest.subarray(at);
      if (ready === wanted) resolve();
    });
  });
}
