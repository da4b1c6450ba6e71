import { describe, expect, test } from 'vitest';
import {
  canary,
  configure,
  FakeFiles,
  problemsOf,
  settingsOf,
} from '../../cli/config/configure.js';

const url = (host: string): string => `postgresql://u:${canary}@${host}/db`;

describe('where the server is', () => {
  test('nothing set: the default', async () => {
    expect(await settingsOf()).toMatchObject({
      hosts: [{ host: 'localhost', port: 5432 }],
      user: 'pact',
      database: 'pact_mock_servers',
      maintenanceDatabases: ['postgres', 'template1'],
      connectTimeoutSeconds: 10,
      tls: { mode: 'prefer' },
      warnings: [],
    });
  });

  test('DATABASE_URL wins over every other variable, part by part', async () => {
    const env = {
      DATABASE_URL: `postgresql://u:${canary}@h:1/db`,
      PGHOST: 'other',
      PGPORT: '2',
      PGUSER: 'other',
      PGDATABASE: 'other',
      PGSSLMODE: 'require',
    };
    expect(await settingsOf({ env })).toMatchObject({
      hosts: [{ host: 'h', port: 1 }],
      user: 'u',
      database: 'db',
      tls: { mode: 'require' },
    });
  });

  test('the variables of libpq override the default URL part by part', async () => {
    const env = { PGHOST: 'pg', PGDATABASE: 'mine' };
    expect(await settingsOf({ env })).toMatchObject({
      hosts: [{ host: 'pg', port: 5432 }],
      user: 'pact',
      database: 'mine',
    });
  });

  test.each<[string, Record<string, string>, string, number]>([
    ['PGHOST', { PGHOST: 'pg', POSTGRES_HOST: 'k8s' }, 'pg', 5432],
    ['POSTGRES_HOST', { POSTGRES_HOST: 'k8s', POSTGRES_PORT: '6432' }, 'k8s', 6432],
    ['localhost', {}, 'localhost', 5432],
    ['PGPORT', { PGPORT: '1', POSTGRES_PORT: '2' }, 'localhost', 1],
    ['what is not empty', { PGHOST: '', POSTGRES_HOST: ' ', PGPORT: '' }, 'localhost', 5432],
  ])('a URL without host takes %s', async (_name, more, host, port) => {
    const env = { DATABASE_URL: 'postgresql:///db', ...more };
    expect((await settingsOf({ env })).hosts).toEqual([{ host, port }]);
  });

  test('a URL that leaves its user out takes PGUSER, then the user of the system', async () => {
    const env = { DATABASE_URL: 'postgresql://h/db' };
    expect((await settingsOf({ env })).user).toBe('osuser');
    expect((await settingsOf({ env: { ...env, PGUSER: 'pg' } })).user).toBe('pg');
    expect(await problemsOf('migrate', { env, username: null })).toEqual([
      'DATABASE_URL: it has no user: write postgresql://USER@host/database, or set PGUSER',
    ]);
  });

  test.each([
    [
      'postgresql://u@h1:1,h2:2/db',
      [
        { host: 'h1', port: 1 },
        { host: 'h2', port: 2 },
      ],
    ],
    [
      'postgresql://u@h1,h2/db',
      [
        { host: 'h1', port: 5432 },
        { host: 'h2', port: 5432 },
      ],
    ],
    ['postgresql://u@[::1]:5433/db', [{ host: '::1', port: 5433 }]],
    ['postgresql:///db?host=/run/pg', [{ host: '/run/pg', port: 5432 }]],
    [
      'host=a,b port=7 dbname=db',
      [
        { host: 'a', port: 7 },
        { host: 'b', port: 7 },
      ],
    ],
  ])('%s', async (text, hosts) => {
    expect((await settingsOf({ env: { DATABASE_URL: text } })).hosts).toEqual(hosts);
  });

  test('the flag wins over the variable, and over a file', async () => {
    const flags = { databaseUrl: 'postgresql://u@flag/db' };
    const env = { DATABASE_URL: url('env'), DATABASE_URL_FILE: '/missing' };
    expect((await settingsOf({ flags, env })).hosts[0]?.host).toBe('flag');
  });

  test('PGM_DATABASE_URL is DATABASE_URL', async () => {
    const env = { PGM_DATABASE_URL: url('h') };
    expect((await settingsOf({ env })).hosts[0]?.host).toBe('h');
  });

  test('a password on the command line is warned of, one in the variable is not', async () => {
    const { warnings } = await settingsOf({ flags: { databaseUrl: url('h') } });
    expect(warnings).toEqual([expect.stringMatching(/process list.*DATABASE_URL_FILE/)]);
    expect((await settingsOf({ env: { DATABASE_URL: url('h') } })).warnings).toEqual([]);
  });

  test('POSTGRES_HOST and POSTGRES_PORT that differ from DATABASE_URL: a warning says which won', async () => {
    const env = {
      DATABASE_URL: `postgresql://u:${canary}@h:1/db`,
      POSTGRES_HOST: 'k8s',
      POSTGRES_PORT: '2',
    };
    const { warnings, hosts } = await settingsOf({ env });
    expect(hosts).toEqual([{ host: 'h', port: 1 }]);
    expect(warnings).toEqual([
      'POSTGRES_HOST is "k8s", but DATABASE_URL names the host "h": DATABASE_URL won',
      'POSTGRES_PORT is "2", but DATABASE_URL names the port "1": DATABASE_URL won',
    ]);
    const same = { DATABASE_URL: url('h:1'), POSTGRES_HOST: 'h', POSTGRES_PORT: '1' };
    expect((await settingsOf({ env: same })).warnings).toEqual([]);
  });

  test('the link that Kubernetes sets for a Service named "postgres" is no port', async () => {
    const link = 'tcp://10.96.0.7:5432';
    const { hosts, warnings } = await settingsOf({ env: { POSTGRES_PORT: link } });
    expect(hosts).toEqual([{ host: 'localhost', port: 5432 }]);
    expect(warnings).toEqual([expect.stringContaining('enableServiceLinks: false')]);
    const named = { DATABASE_URL: url('h:1'), POSTGRES_PORT: link };
    expect((await settingsOf({ env: named })).warnings).toEqual([]);
  });
});

describe('where the database is created from, and how long to try', () => {
  test('--maintenance-db', async () => {
    const { maintenanceDatabases } = await settingsOf({ flags: { maintenanceDb: 'admin' } });
    expect(maintenanceDatabases).toEqual(['admin']);
  });

  test.each<[object, number]>([
    [{ PGCONNECT_TIMEOUT: '7' }, 7],
    [{ PGCONNECT_TIMEOUT: '7', DATABASE_URL: 'postgresql://h/db?connect_timeout=3' }, 3],
    [{ PGM_CONNECT_TIMEOUT: '500ms', PGCONNECT_TIMEOUT: '7' }, 0.5],
    [{ PGCONNECT_TIMEOUT: '0' }, 10],
    [{ PGCONNECT_TIMEOUT: '-1' }, 10],
  ])('%j gives one attempt %d seconds', async (env, seconds) => {
    const settings = await settingsOf({ env: env as Record<string, string> });
    expect(settings.connectTimeoutSeconds).toBe(seconds);
  });
});

describe('DATABASE_URL_FILE', () => {
  const env = { DATABASE_URL_FILE: '/secrets/url' };

  test('holds the connection string, line break and all', async () => {
    const files = new FakeFiles({ '/secrets/url': `${url('h:7')}\n` });
    expect((await settingsOf({ env, files })).hosts).toEqual([{ host: 'h', port: 7 }]);
  });

  test.each([
    ['ENOENT', /^DATABASE_URL_FILE \(\/secrets\/url\): ENOENT: no such file/],
    ['EACCES', /^DATABASE_URL_FILE \(\/secrets\/url\): EACCES: this user may not read it/],
    ['EISDIR', /^DATABASE_URL_FILE \(\/secrets\/url\): EISDIR: it is a directory/],
    ['EIO', /^DATABASE_URL_FILE \(\/secrets\/url\): it cannot be read \(EIO\)/],
  ])('%s is a problem with errno and path', async (code, problem) => {
    const files = new FakeFiles().fail('/secrets/url', code);
    expect(await problemsOf('migrate', { env, files })).toEqual([expect.stringMatching(problem)]);
  });

  test('an empty or broken one is a problem that names the file', async () => {
    for (const text of [' \n', `postgresql://u:${canary}#@h/db`]) {
      const files = new FakeFiles({ '/secrets/url': text });
      expect(await problemsOf('migrate', { env, files })).toEqual([
        expect.stringMatching(
          /^DATABASE_URL_FILE \(\/secrets\/url\): it (is empty|has an unescaped "#")/,
        ),
      ]);
    }
  });

  test('beside DATABASE_URL it is one source too many, even with the same text', async () => {
    const files = new FakeFiles({ '/secrets/url': url('h') });
    const both = { ...env, DATABASE_URL: url('h') };
    expect(await problemsOf('migrate', { env: both, files })).toEqual([
      'DATABASE_URL and DATABASE_URL_FILE are both set: set only one of them',
    ]);
  });
});

describe('parameters of the connection string', () => {
  const warningsOf = async (query: string): Promise<readonly string[]> =>
    (await settingsOf({ env: { DATABASE_URL: `${url('h')}?${query}` } })).warnings;
  const problemsOfQuery = (query: string): Promise<readonly string[]> =>
    problemsOf('migrate', { env: { DATABASE_URL: `${url('h')}?${query}` } });

  test.each(['any', 'read-write', 'primary'])('target_session_attrs=%s is fine', async (value) => {
    expect(await warningsOf(`target_session_attrs=${value}`)).toEqual([]);
  });

  test('target_session_attrs=standby is refused, because pgm writes', async () => {
    expect(await problemsOfQuery('target_session_attrs=standby')).toEqual([
      'DATABASE_URL: target_session_attrs is "standby": pgm has to write, so use any, read-write or primary',
    ]);
  });

  test('what has no effect is said to have none', async () => {
    expect(await warningsOf('application_name=x&keepalives=1')).toEqual([
      expect.stringMatching(/^DATABASE_URL: application_name has no effect/),
      expect.stringMatching(/^DATABASE_URL: keepalives has no effect/),
    ]);
  });

  test('what pgm cannot keep is refused, and an unknown name is told', async () => {
    expect(await problemsOfQuery('channel_binding=require&options=-csearch_path&sslmod=x')).toEqual(
      [
        expect.stringMatching(/channel_binding is not supported.*verify-full/),
        expect.stringMatching(/options is not supported.*ALTER ROLE/),
        'DATABASE_URL: "sslmod" is not a connection parameter of PostgreSQL: correct or remove it',
      ],
    );
  });

  test('variables of libpq that pgm does not read are named', async () => {
    const { warnings } = await settingsOf({ env: { PGOPTIONS: '-c x=y', PGSERVICE: 'prod' } });
    expect(warnings).toEqual([expect.stringMatching(/^PGSERVICE, PGOPTIONS: /)]);
  });
});

describe('--embedded', () => {
  test('takes user, password and database of an explicit URL; a named host is warned of', async () => {
    const env = { DATABASE_URL: `postgresql://u:${canary}@h:1/db` };
    const { server, warnings } = await configure('watch', { env, flags: { embedded: true } });
    expect(server).toMatchObject({
      kind: 'embedded',
      directory: null,
      settings: { user: 'u', database: 'db', tls: { mode: 'disable' } },
    });
    expect(await server.settings.readPassword({ host: '127.0.0.1', port: 1 }, 'db')).toBe(canary);
    expect(warnings).toEqual([
      expect.stringMatching(/^--embedded .* host and port of DATABASE_URL have no effect/),
    ]);
  });

  test.each([
    [{ flags: { embedded: ['data'] } }, 'data'],
    [{ env: { PGM_EMBEDDED: './data' } }, './data'],
    [{ env: { PGM_EMBEDDED: 'yes' } }, null],
  ])('%j', async (setup, directory) => {
    const { server, warnings } = await configure('migrate', setup);
    expect(server).toMatchObject({ kind: 'embedded', directory });
    expect(server.settings.database).toBe('pact_mock_servers');
    expect(warnings).toEqual([]);
  });

  test('a host that could not be used is no problem then', async () => {
    const setup = { env: { POSTGRES_PORT: 'abc', PGHOST: 'a b' }, flags: { embedded: true } };
    expect((await configure('migrate', setup)).server.kind).toBe('embedded');
  });

  test.each([{ PGM_EMBEDDED: 'off' }, { PGM_EMBEDDED: '' }])(
    '%j: a running server',
    async (env) => {
      expect((await configure('migrate', { env })).server.kind).toBe('running');
    },
  );

  test('serve-health does not take it, not even from a variable', async () => {
    const config = await configure('serve-health', { env: { PGM_EMBEDDED: '1' } });
    expect(config).toHaveProperty('server.kind', 'running');
  });
});
