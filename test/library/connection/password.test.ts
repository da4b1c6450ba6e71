import { describe, expect, test } from 'vitest';
import { Transient } from '../../../src/core/errors.js';
import {
  canary,
  FakeFiles,
  passwordOf,
  problemsOf,
  settingsOf,
} from '../../cli/config/configure.js';

const [fromUrl, fromVariable, fromFile] = [`${canary}-url`, `${canary}-variable`, `${canary}-file`];
const withPassword = `postgresql://u:${fromUrl}@h/db`;
const without = 'postgresql://u@h/db';

describe('where the password comes from', () => {
  const files = new FakeFiles({
    '/pass': `h:5432:db:u:${fromFile}\n`,
    '/home/me/.pgpass': `*:*:*:*:${canary}-home\n`,
  });

  test('the URL first', async () => {
    const env = { DATABASE_URL: withPassword, PGPASSWORD: fromVariable, PGPASSFILE: '/pass' };
    expect(await passwordOf({ env, files })).toBe(fromUrl);
  });

  test('PGPASSWORD comes after DATABASE_URL, blanks included', async () => {
    const env = { DATABASE_URL: without, PGPASSWORD: ` ${fromVariable} `, PGPASSFILE: '/pass' };
    expect(await passwordOf({ env, files })).toBe(` ${fromVariable} `);
  });

  test('an empty one in the URL or in PGPASSWORD is none', async () => {
    const env = { DATABASE_URL: 'postgresql://u:@h/db', PGPASSWORD: '', PGPASSFILE: '/pass' };
    expect(await passwordOf({ env, files })).toBe(fromFile);
  });

  test('the file that PGPASSFILE, or passfile in the URL, names comes last', async () => {
    const env = { DATABASE_URL: without, PGPASSFILE: '/pass' };
    expect(await passwordOf({ env, files })).toBe(fromFile);
    const inUrl = { DATABASE_URL: `${without}?passfile=/pass`, PGPASSFILE: '/missing' };
    expect(await passwordOf({ env: inUrl, files })).toBe(fromFile);
  });

  test('else ~/.pgpass', async () => {
    expect(await passwordOf({ env: { DATABASE_URL: without }, files })).toBe(`${canary}-home`);
  });

  test('the password file wins over the password of the default URL', async () => {
    expect(await passwordOf({ files })).toBe(`${canary}-home`);
    expect(await passwordOf({})).toBe('pact');
  });

  test('where it is from is what a refused login names', async () => {
    const originsOf = async (env: Record<string, string>) => (await settingsOf({ env })).origins;
    expect(await originsOf({ DATABASE_URL: withPassword, PGPASSWORD: fromVariable })).toMatchObject(
      {
        user: 'DATABASE_URL',
        password: 'DATABASE_URL',
      },
    );
    expect(await originsOf({ DATABASE_URL: 'postgresql://h/db', PGUSER: 'u' })).toMatchObject({
      user: 'PGUSER',
      password: 'DATABASE_URL, PGPASSWORD or ~/.pgpass',
    });
    expect(await originsOf({ PGPASSWORD: fromVariable })).toMatchObject({
      user: 'DATABASE_URL',
      password: 'PGPASSWORD',
    });
  });

  test('where host and port are from is what an unreachable server names', async () => {
    const originOf = async (env: Record<string, string>) =>
      (await settingsOf({ env })).origins.server;
    expect(await originOf({})).toBe('DATABASE_URL');
    expect(await originOf({ PGHOST: 'h' })).toBe('PGHOST and PGPORT');
    expect(await originOf({ POSTGRES_PORT: '1' })).toBe('POSTGRES_HOST and POSTGRES_PORT');
    expect(await originOf({ PGHOST: 'h', POSTGRES_PORT: '1' })).toBe('PGHOST and POSTGRES_PORT');
    expect(await originOf({ PGPORT: '1', DATABASE_URL: 'postgresql://u@h/db' })).toBe(
      'DATABASE_URL and PGPORT',
    );
  });

  test('no password anywhere is null', async () => {
    expect(await passwordOf({ env: { DATABASE_URL: without } })).toBeNull();
  });

  test('the password file is asked about the host and database of that very connection', async () => {
    const perDatabase = new FakeFiles({
      '/home/me/.pgpass': `h:5432:postgres:u:${canary}-admin\nh2:5432:db:u:${canary}-second\n`,
    });
    const env = { DATABASE_URL: 'postgresql://u@h,h2/db' };
    const { readPassword } = await settingsOf({ env, files: perDatabase });
    expect(await readPassword({ host: 'h', port: 5432 }, 'postgres')).toBe(`${canary}-admin`);
    expect(await readPassword({ host: 'h2', port: 5432 }, 'db')).toBe(`${canary}-second`);
    expect(await readPassword({ host: 'h', port: 5432 }, 'db')).toBeNull();
  });
});

describe('a password file that cannot be used', () => {
  const env = { DATABASE_URL: without, PGPASSFILE: '/pass' };

  test.each([0o644, 0o640, 0o606])('mode %o: a warning, and it is not read', async (mode) => {
    const files = new FakeFiles().write('/pass', `*:*:*:*:${fromFile}`, mode);
    const { warnings } = await settingsOf({ env, files });
    expect(warnings).toEqual([expect.stringMatching(/^\/pass is ignored.*chmod 0600/)]);
    expect(await passwordOf({ env, files })).toBeNull();
  });

  test('a missing one is a problem when it is named, and nothing when it is ~/.pgpass', async () => {
    expect(await problemsOf('migrate', { env })).toEqual([
      'PGPASSFILE names the password file /pass: ENOENT: no such file; mount it or correct the path',
    ]);
    expect((await settingsOf({ env: { DATABASE_URL: without } })).warnings).toEqual([]);
  });

  test('~/.pgpass that may not be read is warned of', async () => {
    const files = new FakeFiles().fail('/home/me/.pgpass', 'EACCES');
    const { warnings } = await settingsOf({ env: { DATABASE_URL: without }, files });
    expect(warnings).toEqual([expect.stringMatching(/^\/home\/me\/\.pgpass is ignored \(EACCES/)]);
  });

  test('a password file is not looked at when there is a password already', async () => {
    const settings = await settingsOf({ env: { ...env, PGPASSWORD: fromVariable } });
    expect(settings.warnings).toEqual([]);
  });
});

describe('a Secret that is rotated', () => {
  test('the whole DATABASE_URL_FILE counts at the next connect: user, password and host', async () => {
    const files = new FakeFiles({ '/url': withPassword });
    const { readLogin } = await settingsOf({ env: { DATABASE_URL_FILE: '/url' }, files });
    const before = await readLogin!();
    expect(before).toMatchObject({ user: 'u', hosts: [{ host: 'h', port: 5432 }] });
    expect(await before.readPassword(before.hosts[0]!, 'db')).toBe(fromUrl);
    files.write('/url', `postgresql://other:${canary}-new@elsewhere:1,there:2/db\n`);
    const { user, hosts, readPassword } = await readLogin!();
    expect(user).toBe('other');
    expect(hosts).toEqual([
      { host: 'elsewhere', port: 1 },
      { host: 'there', port: 2 },
    ]);
    expect(await readPassword(hosts[0]!, 'db')).toBe(`${canary}-new`);
  });

  test('a password file is then asked about the new user', async () => {
    const files = new FakeFiles({ '/url': without, '/pass': `*:*:*:other:${fromFile}` });
    const env = { DATABASE_URL_FILE: '/url', PGPASSFILE: '/pass' };
    const { readLogin } = await settingsOf({ env, files });
    files.write('/url', 'postgresql://other@h/db');
    const { hosts, readPassword } = await readLogin!();
    expect(await readPassword(hosts[0]!, 'db')).toBe(fromFile);
  });

  test.each([
    ['postgresql://u@h/other', /names another database than at the start; start pgm again/],
    ['postgresql://u@h', /names another database than at the start/],
    ['postgresql://u@h:0/db', /port/],
    [`postgresql://${'x'.repeat(64)}@h/db`, /63 bytes/],
  ])('%s in it is refused for the moment', async (text, words) => {
    const files = new FakeFiles({ '/url': withPassword });
    const { readLogin } = await settingsOf({ env: { DATABASE_URL_FILE: '/url' }, files });
    files.write('/url', text);
    const failure = await readLogin!().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(Transient);
    expect((failure as Transient).message).toMatch(words);
  });

  test('a DATABASE_URL in a variable is not read again', async () => {
    const { readLogin } = await settingsOf({ env: { DATABASE_URL: withPassword } });
    expect(readLogin).toBeUndefined();
  });

  test('a new line in the password file counts at the next connect', async () => {
    const files = new FakeFiles({ '/pass': `*:*:*:*:${fromFile}` });
    const env = { DATABASE_URL: without, PGPASSFILE: '/pass' };
    const { readPassword, hosts } = await settingsOf({ env, files });
    files.write('/pass', `*:*:*:*:${canary}-new`);
    expect(await readPassword(hosts[0]!, 'db')).toBe(`${canary}-new`);
  });

  test.each<[string, (files: FakeFiles) => unknown, RegExp]>([
    [
      'gone for a moment',
      (files) => {
        files.remove('/url');
      },
      /^DATABASE_URL_FILE \(\/url\): ENOENT/,
    ],
    [
      'half written',
      (files) => files.write('/url', `postgresql://u:${canary}#x@h`),
      /unescaped "#"/,
    ],
  ])(
    'a file %s passes by itself, and the message has no password',
    async (_state, change, message) => {
      const files = new FakeFiles({ '/url': withPassword });
      const settings = await settingsOf({ env: { DATABASE_URL_FILE: '/url' }, files });
      change(files);
      const failure = await settings.readLogin!().catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Transient);
      expect((failure as Transient).message).toMatch(message);
      expect((failure as Transient).message).not.toContain(canary);
    },
  );
});
