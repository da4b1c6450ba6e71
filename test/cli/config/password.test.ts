import { describe, expect, test } from 'vitest';
import { Transient } from '../../../src/core/errors.js';
import { canary, FakeFiles, passwordOf, problemsOf, settingsOf } from './configure.js';

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

  test('then PGPASSWORD, blanks included', async () => {
    const env = { DATABASE_URL: without, PGPASSWORD: ` ${fromVariable} `, PGPASSFILE: '/pass' };
    expect(await passwordOf({ env, files })).toBe(` ${fromVariable} `);
  });

  test('an empty one in the URL or in PGPASSWORD is none', async () => {
    const env = { DATABASE_URL: 'postgresql://u:@h/db', PGPASSWORD: '', PGPASSFILE: '/pass' };
    expect(await passwordOf({ env, files })).toBe(fromFile);
  });

  test('then the file that PGPASSFILE, or passfile in the URL, names', async () => {
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
      'PGPASSFILE names the password file /pass: ENOENT: there is no such file; mount it or correct the path',
    ]);
    expect((await settingsOf({ env: { DATABASE_URL: without } })).warnings).toEqual([]);
  });

  test('~/.pgpass that may not be read is warned of', async () => {
    const files = new FakeFiles().fail('/home/me/.pgpass', 'EACCES');
    const { warnings } = await settingsOf({ env: { DATABASE_URL: without }, files });
    expect(warnings).toEqual([expect.stringMatching(/^\/home\/me\/\.pgpass is ignored \(EACCES/)]);
  });

  test('it is of no interest when there is a password already', async () => {
    const settings = await settingsOf({ env: { ...env, PGPASSWORD: fromVariable } });
    expect(settings.warnings).toEqual([]);
  });
});

describe('a Secret that is rotated', () => {
  test('a new password in DATABASE_URL_FILE counts at the next connect, other parts do not', async () => {
    const files = new FakeFiles({ '/url': withPassword });
    const settings = await settingsOf({ env: { DATABASE_URL_FILE: '/url' }, files });
    const [host] = settings.hosts;
    expect(await settings.readPassword(host!, 'db')).toBe(fromUrl);
    files.write('/url', `postgresql://other:${canary}-new@elsewhere/other\n`);
    expect(await settings.readPassword(host!, 'db')).toBe(`${canary}-new`);
    expect(settings).toMatchObject({
      hosts: [{ host: 'h', port: 5432 }],
      user: 'u',
      database: 'db',
    });
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
    ['half written', (files) => files.write('/url', `postgresql://u:${canary}#x@h`), /raw "#"/],
  ])(
    'a file %s passes by itself, and the message has no password',
    async (_state, change, message) => {
      const files = new FakeFiles({ '/url': withPassword });
      const settings = await settingsOf({ env: { DATABASE_URL_FILE: '/url' }, files });
      change(files);
      const failure = await settings
        .readPassword(settings.hosts[0]!, 'db')
        .catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(Transient);
      expect((failure as Transient).message).toMatch(message);
      expect((failure as Transient).message).not.toContain(canary);
    },
  );
});
