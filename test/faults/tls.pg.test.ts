import { createHash } from 'node:crypto';
import { chown, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Authority, type Certified, inDays } from '../support/certificates.js';
import { freePort, until } from '../support/http.js';
import { type Finished, pgm, RunningPgm } from '../support/pgm.js';
import {
  connect,
  type OwnServer,
  startServer,
  testServer,
  type TestServer,
  urlFor,
} from '../support/server.js';
import { makeTree, type Tree } from '../support/tree.js';

const ours = new Authority('ours');
const theirs = new Authority('theirs');
const right = ours.issue({ host: 'localhost' });

let server: OwnServer;
let home: Tree;

beforeAll(async () => {
  server = await startServer();
  home = await makeTree({ 'ours.pem': ours.certificate, 'theirs.pem': theirs.certificate });
  await present(right);
});

afterAll(async () => {
  await server.remove();
  await home.remove();
});

/** The server shows this certificate from here on, and logs how each client came in. */
async function present({ certificate, key }: Certified): Promise<void> {
  const data = join(server.directory, 'data');
  const { uid, gid } = await stat(data);
  for (const [name, text] of [
    ['server.crt', certificate],
    ['server.key', key],
  ] as const) {
    await writeFile(join(data, name), text, { mode: 0o600 });
    await chown(join(data, name), uid, gid);
  }
  await server.stop('fast');
  await server.restart({ ssl: 'on', ssl_cert_file: 'server.crt', ssl_key_file: 'server.key' });
}

/** A database that is there already, so that one connection is all that is needed. */
function urlWith(parameters: string, of: TestServer = server, host = 'localhost'): string {
  return `${urlFor('postgres', { host }, of)}?${parameters}`;
}

function ensure(url: string): Promise<Finished> {
  return pgm(['ensure-db', '--wait-timeout', '0', '--connect-timeout', '60s'], {
    DATABASE_URL: url,
    HOME: home.directory,
  });
}

function trusting(authority: 'ours' | 'theirs', mode = 'verify-full'): string {
  return `sslmode=${mode}&sslrootcert=${join(home.directory, `${authority}.pem`)}`;
}

/** Every mode that asks for TLS ends here, and each says in its own words why. */
async function expectRefused(url: string, why: string): Promise<void> {
  const { exitCode, stderr, stdout } = await ensure(url);
  expect(exitCode, stderr).toBe(4);
  expect(stderr + stdout).toContain(why);
  expect(stderr).not.toContain('    at ');
}

describe('the right certificate', () => {
  test.each(['verify-full', 'verify-ca', 'require'])('is accepted by %s', async (mode) => {
    const { exitCode, stderr } = await ensure(urlWith(trusting('ours', mode)));
    expect(exitCode, stderr).toBe(0);
  });

  test('of an unknown authority is refused by verify-full, verify-ca, and require with an authority', async () => {
    for (const mode of ['verify-full', 'verify-ca', 'require']) {
      await expectRefused(urlWith(trusting('theirs', mode)), 'cannot be verified');
    }
  });

  test('is for another name when the server is asked for by its address', async () => {
    await expectRefused(urlWith(trusting('ours'), server, '127.0.0.1'), 'another host name');
    const unnamed = urlWith(trusting('ours', 'verify-ca'), server, '127.0.0.1');
    expect(await ensure(unnamed)).toMatchObject({ exitCode: 0 });
  });
});

test('a long file is sent over TLS as it is, with what comes behind it', async () => {
  const content = 'é'.repeat(3 << 20);
  const tree = await makeTree({
    'a/001_long.sql': `create table long as select '${content}' as body;`,
    'a/002_short.sql': 'create table short as select md5(body) as md5 from long;',
  });
  const env = { DATABASE_URL: urlWith(trusting('ours')), HOME: home.directory };
  expect(await pgm(['migrate', '--dir', tree.directory], env)).toMatchObject({ exitCode: 0 });
  const sql = connect('postgres', server);
  const md5 = createHash('md5').update(content).digest('hex');
  expect(await sql`select md5 from short`).toEqual([{ md5 }]);
  await sql.end({ timeout: 0 });
  await tree.remove();
});

describe('another certificate is refused by verify-full, in words that say what is wrong with it', () => {
  test('for another host', async () => {
    await present(ours.issue({ host: 'db.example' }));
    await expectRefused(urlWith(trusting('ours')), 'its certificate is for another host name');
    // Who does not ask for the name gets in: the chain is right.
    expect(await ensure(urlWith(trusting('ours', 'verify-ca')))).toMatchObject({ exitCode: 0 });
  });

  test('expired', async () => {
    await present(ours.issue({ host: 'localhost', expires: inDays(-1) }));
    await expectRefused(urlWith(trusting('ours')), 'its certificate has expired');
    await expectRefused(urlWith(trusting('ours', 'verify-ca')), 'its certificate has expired');
  });

  test('nothing of the login is sent to a server whose certificate was refused', async () => {
    await present(theirs.issue({ host: 'localhost' }));
    await server.stop('fast');
    await server.restart({
      ...{ ssl: 'on', ssl_cert_file: 'server.crt', ssl_key_file: 'server.key' },
      log_connections: 'on',
    });
    const url = urlWith(trusting('ours')).replace('/postgres?', '/never_named?');
    await expectRefused(url, 'cannot be verified');
    const log = await readFile(join(server.directory, 'data/server.log'), 'utf8');
    expect(log).toContain('connection received');
    expect(log).not.toContain('never_named');
  });
});

describe('a server without TLS', () => {
  test.each(['require', 'verify-ca', 'verify-full'])(
    'is an error for %s that says so, and no reason to go on in plain text',
    async (mode) => {
      const url = urlWith(trusting('ours', mode), testServer());
      await expectRefused(url, 'the server does not offer TLS');
    },
  );

  test('is used in plain text by prefer', async () => {
    expect(await ensure(urlWith('sslmode=prefer', testServer()))).toMatchObject({ exitCode: 0 });
  });
});

test('an authority that is rotated while it runs is used at the next connect', async () => {
  await present(theirs.issue({ host: 'localhost' }));
  const tree = await makeTree({ 'a/001_x.sql': 'create table if not exists rotated (id int);' });
  const port = await freePort();
  const watching = new RunningPgm(
    ['watch', '--dir', tree.directory, '--health-port', String(port), '--connect-timeout', '60s'],
    { DATABASE_URL: urlWith(trusting('ours')) },
  );
  try {
    await watching.printed(/waiting|certificate cannot be verified/);
    await home.write({ 'ours.pem': theirs.certificate });
    await until(port, '/readiness', 200);
  } finally {
    await watching.stop('SIGKILL');
    await tree.remove();
    await home.write({ 'ours.pem': ours.certificate });
  }
  const sql = connect('postgres', server);
  expect(await sql`select to_regclass('rotated') is not null as found`).toEqual([{ found: true }]);
  await sql.end();
});
