import { describe, expect, test } from 'vitest';
import { Transient } from '../../../src/core/errors.js';
import { canary, FakeFiles, problemsOf, settingsOf } from '../../cli/config/configure.js';

const pem = (kind: string, body = 'AAAA'): string =>
  `-----BEGIN ${kind}-----\n${body}\n-----END ${kind}-----\n`;
const certificate = pem('CERTIFICATE');
const key = pem('PRIVATE KEY');

const files = (): FakeFiles =>
  new FakeFiles({
    '/tls/ca.crt': certificate,
    '/tls/tls.crt': certificate,
    '/tls/tls.key': key,
    '/tls/locked.key': pem('ENCRYPTED PRIVATE KEY'),
    '/tls/empty': '',
  });

const url = (query: string): { readonly DATABASE_URL: string } => ({
  DATABASE_URL: `postgresql://u:${canary}@h/db?${query}`,
});

const tlsOf = async (env: Record<string, string>, disk = files()) =>
  (await settingsOf({ env, files: disk })).tls;

const nothing = { ca: null, cert: null, key: null, keyPassphrase: null };

describe('the mode', () => {
  test.each([
    [{}, 'prefer'],
    [{ PGSSLMODE: 'require' }, 'require'],
    [{ ...url('sslmode=allow'), PGSSLMODE: 'require' }, 'allow'],
    [{ PGSSLROOTCERT: 'system' }, 'verify-full'],
    [{ PGSSLROOTCERT: 'system', PGSSLMODE: 'verify-full' }, 'verify-full'],
  ])('%j is %s', async (env, mode) => {
    expect((await tlsOf(env as Record<string, string>)).mode).toBe(mode);
  });

  test('an unknown one is told with those that exist', async () => {
    expect(await problemsOf('migrate', { env: { PGSSLMODE: 'on' } })).toEqual([
      'PGSSLMODE: sslmode is "on": use one of disable, allow, prefer, require, verify-ca, verify-full',
    ]);
  });

  test.each(['disable', 'prefer', 'require', 'verify-ca'])(
    'sslrootcert=system with %s would verify too little',
    async (mode) => {
      const env = url(`sslrootcert=system&sslmode=${mode}`);
      expect(await problemsOf('migrate', { env })).toEqual([
        `DATABASE_URL: sslmode=${mode} cannot be used with sslrootcert=system: use sslmode=verify-full`,
      ]);
    },
  );
});

describe('the authorities', () => {
  test.each(['require', 'verify-ca', 'verify-full'])('%s reads sslrootcert', async (mode) => {
    const env = { PGSSLMODE: mode, PGSSLROOTCERT: '/tls/ca.crt' };
    expect(await (await tlsOf(env)).readMaterial()).toEqual({ ...nothing, ca: certificate });
  });

  test('system means those that come with Node', async () => {
    const tls = await tlsOf({ PGSSLROOTCERT: 'system' });
    expect(await tls.readMaterial()).toEqual(nothing);
  });

  test('~/.postgresql/root.crt is taken where it exists', async () => {
    const disk = files().write('/home/me/.postgresql/root.crt', certificate);
    for (const mode of ['require', 'verify-ca', 'verify-full']) {
      const tls = await tlsOf({ PGSSLMODE: mode }, disk);
      expect((await tls.readMaterial()).ca).toBe(certificate);
    }
    expect((await (await tlsOf({ PGSSLMODE: 'prefer' }, disk)).readMaterial()).ca).toBeNull();
  });

  test('verifying without any is a problem, requiring is not', async () => {
    expect(await problemsOf('migrate', { env: { PGSSLMODE: 'verify-full' } })).toEqual([
      expect.stringMatching(/^PGSSLMODE: sslmode=verify-full needs .* set sslrootcert/),
    ]);
    expect(await (await tlsOf({ PGSSLMODE: 'require' })).readMaterial()).toEqual(nothing);
  });

  test('a named file that is not used is warned of', async () => {
    const env = { PGSSLROOTCERT: '/tls/ca.crt' };
    const { warnings } = await settingsOf({ env, files: files() });
    expect(warnings).toEqual([expect.stringMatching(/sslmode=prefer verifies nothing/)]);
  });

  test.each([
    ['/tls/missing', /^PGSSLROOTCERT: \/tls\/missing: ENOENT/],
    ['/tls/empty', /^PGSSLROOTCERT: \/tls\/empty: it contains no certificate/],
    ['/tls/tls.key', /contains no certificate/],
  ])('%s is a problem, also where libpq would go on without', async (path, problem) => {
    const env = { PGSSLMODE: 'require', PGSSLROOTCERT: path };
    expect(await problemsOf('migrate', { env, files: files() })).toEqual([
      expect.stringMatching(problem),
    ]);
  });
});

describe('the client certificate', () => {
  test('is read with its key and the passphrase of the URL', async () => {
    const env = url(`sslcert=/tls/tls.crt&sslkey=/tls/locked.key&sslpassword=${canary}`);
    const material = await (await tlsOf(env)).readMaterial();
    expect(material).toEqual({
      ca: null,
      cert: certificate,
      key: pem('ENCRYPTED PRIVATE KEY'),
      keyPassphrase: canary,
    });
  });

  test('comes from ~/.postgresql when both files are there', async () => {
    const disk = files().write('/home/me/.postgresql/postgresql.crt', certificate);
    expect((await (await tlsOf({}, disk)).readMaterial()).cert).toBeNull();
    disk.write('/home/me/.postgresql/postgresql.key', key);
    expect(await (await tlsOf({}, disk)).readMaterial()).toEqual({
      ...nothing,
      cert: certificate,
      key,
    });
  });

  test('one half without the other, a wrong file and a locked key are told at once', async () => {
    const lone = { PGSSLCERT: '/tls/tls.crt' };
    expect(await problemsOf('migrate', { env: lone, files: files() })).toEqual([
      'PGSSLCERT: sslcert is set without sslkey: set both or neither',
    ]);
    const bad = { PGSSLCERT: '/tls/tls.key', PGSSLKEY: '/tls/locked.key' };
    expect(await problemsOf('migrate', { env: bad, files: files() })).toEqual([
      expect.stringMatching(/^PGSSLCERT: \/tls\/tls\.key: it contains no certificate/),
      expect.stringMatching(/^PGSSLKEY: \/tls\/locked\.key: the key is encrypted: add sslpassword/),
    ]);
  });

  test('nothing is read where TLS is off', async () => {
    const env = { PGSSLMODE: 'disable', PGSSLCERT: '/missing', PGSSLKEY: '/missing' };
    expect(await (await tlsOf(env)).readMaterial()).toEqual(nothing);
  });
});

describe('rotation', () => {
  const env = { PGSSLMODE: 'verify-full', PGSSLROOTCERT: '/tls/ca.crt' };

  test('a new file is used at the next connect', async () => {
    const disk = files();
    const tls = await tlsOf(env, disk);
    disk.write('/tls/ca.crt', pem('CERTIFICATE', 'BBBB'));
    expect((await tls.readMaterial()).ca).toBe(pem('CERTIFICATE', 'BBBB'));
  });

  test('a file that is gone, or holds nothing, never means "do not verify"', async () => {
    const disk = files();
    const tls = await tlsOf(env, disk);
    disk.write('/tls/ca.crt', '');
    await expect(tls.readMaterial()).rejects.toThrow(Transient);
    disk.remove('/tls/ca.crt');
    await expect(tls.readMaterial()).rejects.toThrow(/ENOENT/);
  });

  test('a root.crt in the home directory that vanishes later is an error too', async () => {
    const disk = files().write('/home/me/.postgresql/root.crt', certificate);
    const tls = await tlsOf({ PGSSLMODE: 'require' }, disk);
    disk.remove('/home/me/.postgresql/root.crt');
    await expect(tls.readMaterial()).rejects.toThrow(Transient);
  });
});
