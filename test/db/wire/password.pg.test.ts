import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Refused } from '../../../src/core/errors.js';
import { openClient } from '../../support/client.js';
import { asAdmin, startServer, testServer, type TestServer } from '../../support/server.js';
import { oneOf, rounds } from '../../support/rounds.js';

const role = 'pgm_test_password';

/** Sets the password as somebody would who types it into psql. */
async function setPassword(password: string, server: TestServer, encryption: string) {
  await asAdmin(async (sql) => {
    await sql.unsafe(`set password_encryption = '${encryption}'`);
    await sql.unsafe(`alter role ${role} password '${password.replaceAll("'", "''")}'`);
  }, server);
}

async function login(password: string, server: TestServer): Promise<string> {
  const client = await openClient(
    { database: 'postgres', server },
    { user: role, readPassword: () => Promise.resolve(password) },
  );
  const [rows] = await client.run('select session_user::text as me');
  await client.close();
  return String(rows?.[0]?.['me']);
}

beforeAll(async () => {
  await asAdmin((sql) => sql.unsafe(`create role ${role} login`));
});

afterAll(async () => {
  await asAdmin((sql) => sql.unsafe(`drop role ${role}`));
});

const traps: readonly (readonly [what: string, set: string, given: string])[] = [
  ['a no-break space', 'a\u00a0b', 'a\u00a0b'],
  ['a no-break space, given as a space', 'a\u00a0b', 'a b'],
  ['a zero-width space', 'a\u200bb', 'a\u200bb'],
  ['a soft hyphen', 'I\u00adX', 'I\u00adX'],
  ['a ligature', '\ufb01sh', '\ufb01sh'],
  ['a ligature, given as two letters', '\ufb01sh', 'fish'],
  ['letters decomposed', 'e\u0301te\u0301', 'e\u0301te\u0301'],
  ['letters decomposed, given composed', 'e\u0301te\u0301', '\u00e9t\u00e9'],
  ['a Roman numeral', '\u2168', '\u2168'],
  ['fullwidth letters', '\uff41\uff42', '\uff41\uff42'],
  ['Hangul in parts', '\u1112\u1161\u11ab', '\u1112\u1161\u11ab'],
  ['what SASLprep forbids: a control character', 'a\u0007\u00a0b', 'a\u0007\u00a0b'],
  ['what it does not know: an emoji', '\u00a0\u{1f600}', '\u00a0\u{1f600}'],
  ['both directions of writing', 'a\u05d0\ufb01', 'a\u05d0\ufb01'],
  ['soft hyphens alone', '\u00ad\u00ad', '\u00ad\u00ad'],
  ['plain ASCII', 'pa$$ word', 'pa$$ word'],
];

describe('by SCRAM', () => {
  test.each(traps)('a password with %s gets in', async (_what, set, given) => {
    await setPassword(set, testServer(), 'scram-sha-256');
    expect(await login(given, testServer())).toBe(role);
  });

  test('so does any mixture of them', async () => {
    const more = ['\u0130', '\u00df', '\u0344', '\ufdfa'];
    const letters = Array.from(traps.map(([, set]) => set).join('')).concat(more);
    await rounds(async (chance) => {
      const length = 1 + Math.floor(chance() * 6);
      const password = Array.from({ length }, () => oneOf(chance, letters)).join('');
      await setPassword(password, testServer(), 'scram-sha-256');
      const codes = Array.from(password, (letter) => letter.codePointAt(0)?.toString(16)).join(' ');
      expect(await login(password, testServer()).catch(String), codes).toBe(role);
    });
  });

  test('a wrong one is refused', async () => {
    await setPassword('a\u00a0b', testServer(), 'scram-sha-256');
    await expect(login('a\u00a0c', testServer())).rejects.toThrow(Refused);
  });
});

test('by md5 a password is sent as it is', async () => {
  const server = await startServer();
  try {
    const file = join(server.directory, 'data/pg_hba.conf');
    await writeFile(file, (await readFile(file, 'utf8')).replaceAll('scram-sha-256', 'md5'));
    await asAdmin(
      (sql) => sql.unsafe(`create role ${role} login; select pg_reload_conf()`),
      server,
    );
    await setPassword('a\u00a0\ufb01', server, 'md5');
    expect(await login('a\u00a0\ufb01', server)).toBe(role);
  } finally {
    await server.remove();
  }
});
