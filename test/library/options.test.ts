import { describe, expect, test } from 'vitest';
import * as errors from '../../src/core/errors.js';
import * as library from '../../src/index.js';
import { settleDrift } from '../../src/library/drift.js';
import { settleLint } from '../../src/library/lint.js';
import { settleMigrate, type MigrateOptions } from '../../src/library/migrate.js';
import { OptionReader } from '../../src/library/option-reader.js';
import { settleStatus } from '../../src/library/status.js';
import { settleVerify } from '../../src/library/verify.js';
import { settleWatch } from '../../src/library/watch.js';
import { settleBaseline } from '../../src/library/baseline.js';
import { configure } from '../cli/config/configure.js';

const { drift, lint, migrate, schema, status, verify, watch } = library;

const databaseUrl = 'postgresql://u:c4nary@h:1/db';
const dir = 'files';
const given = { databaseUrl, dir };

/** What a call says of options that a program in JavaScript may give. */
async function problemsOf(
  call: (options: never) => Promise<unknown>,
  options: object,
): Promise<readonly string[]> {
  const error = await call(options as never).catch((thrown: unknown) => thrown);
  if (error instanceof errors.ConfigurationError) return error.problems;
  throw new Error('the options were accepted', { cause: error });
}

describe('options that are wrong', () => {
  test('are all told at once, by name and without their values', async () => {
    const wrong = {
      databaseUrl: 'c4nary',
      dir: '',
      dryrun: true,
      lockWaitMs: -1,
      onFailure: 'stopp',
      schemas: 'gcp',
      signal: true,
      to: 'nonsense',
    };
    const problems = await problemsOf(migrate, wrong);
    expect([...new Set(problems.map((problem) => /^\w+/.exec(problem)?.[0]))]).toEqual([
      'signal',
      'databaseUrl',
      'dir',
      'schemas',
      'onFailure',
      'lockWaitMs',
      'to',
      'dryrun',
    ]);
    expect(problems).toContain('dryrun is not an option of this call; did you mean dryRun?');
    expect(problems).toContain('onFailure: use continue, schema or stop');
    expect(problems.join('\n')).not.toContain('c4nary');
  });

  test('name no variable as advice where none is read', async () => {
    const { problems } = await settled({ databaseUrl: 'postgresql://h/db', dir });
    expect([...problems]).toEqual([
      'databaseUrl: it has no user: write postgresql://USER@host/database',
    ]);
    const env = await settled({ databaseUrl: 'postgresql://h', dir, env: {} });
    expect([...env.problems].join()).toContain('or set PGDATABASE');
  });

  test('are what contradicts itself, and what is missing', async () => {
    const missing = 'databaseUrl is missing: give it postgresql://user:password@host:5432/database';
    expect(await problemsOf(migrate, { dir })).toEqual([missing]);
    expect(await problemsOf(schema, {})).toEqual([missing]);
    expect(await problemsOf(migrate, { onFailure: 'stopp', lockWaitMs: '5s' })).toEqual([
      missing,
      'dir is missing: name the directory of the files',
      'onFailure: use continue, schema or stop',
      'lockWaitMs: use milliseconds, or null to wait forever',
    ]);
    expect(await problemsOf(migrate, { databaseUrl: 5, dir: ['x'] })).toEqual([
      'databaseUrl: give it a string that is not empty',
      'dir: give it a string that is not empty',
    ]);
    expect(await problemsOf(schema, { embedded: true })).toHaveLength(1);
    expect(await problemsOf(verify, { dir, since: 'main', from: databaseUrl })).toEqual([
      'since and from are both given: give one of them',
    ]);
  });
});

test('are those without effect where drift or schema is not about the files, or is about nothing else', async () => {
  const shadow = { shadowUrl: databaseUrl, roles: ['app'], lockTimeoutMs: 1 };
  const only = Object.keys(shadow).map((name) => `${name} is used only with`);
  expect(await problemsOf(drift, { ...given, ...shadow, compareWith: 'last-run' })).toEqual(
    only.map((text) => `${text} compareWith: 'files'; leave it out`),
  );
  expect(await problemsOf(drift, { ...given, compareWith: 'files', schemas: ['gcp'] })).toEqual([
    'schemas: the database is compared with what all files make; leave it out',
  ]);
  expect(await problemsOf(schema, { databaseUrl, ...shadow, allowEmpty: true })).toEqual([
    'allowEmpty is used only with dir; leave it out',
    ...only.map((text) => `${text} dir; leave it out`),
  ]);
  expect(await problemsOf(schema, { dir, databaseUrl, env: {} })).toEqual([
    'databaseUrl is not used with dir: no database is read then; leave it out',
    'env is not used with dir: no database is read then; leave it out',
  ]);
});

test('an empty list of schemas is not all of them, and a revision has the digits of one', async () => {
  expect(await problemsOf(status, { ...given, schemas: [], revision: 'latest' })).toEqual([
    'schemas: name at least one, or leave it out for all',
    'revision: use the 4 to 64 hexadecimal digits that a status has',
  ]);
});

test('what verify returned is told from what it did not return', async () => {
  const facts = { revision: 'abcd', files: [{ key: 'a/1_x.sql' }] };
  expect(await problemsOf(lint, { dir, facts })).toEqual([
    'facts: give it what verify returned for the same files',
  ]);
  const files = [
    { key: 'a/1_x.sql', verdict: 'fit', findings: [], statements: [], withoutRows: [] },
  ];
  const reader = new OptionReader({ dir, facts: { revision: 'abcd', files } });
  expect((await settleLint(reader as never)).facts).toEqual({ revision: 'abcd', files });
});

test('options that are one option together are told with its name', async () => {
  const health = { port: 70_000, hots: '::', readiness: 'strict' };
  const wrong = { ...given, health, driftIntervalMs: null, signal: AbortSignal.abort() };
  expect(await problemsOf(watch, wrong)).toEqual([
    'health.port: use a whole number from 0 to 65535',
    'health.hots is not an option of this call; did you mean host?',
    'health.readiness: strict needs looks for drift, which are turned off',
  ]);
  expect(await problemsOf(watch, { ...given, health: true })).toEqual([
    'health: give it an object',
  ]);
});

describe('where the server is', () => {
  test('no variable is read, unless it is handed over', async () => {
    const env = { PGHOST: 'other', PGUSER: 'other', PGPASSWORD: 'c4nary' };
    const alone = await settled({ databaseUrl: 'postgresql://u@/db', dir });
    expect([...alone.problems]).toEqual([
      'databaseUrl: it has no host after the user: write postgresql://user@localhost:5432/database',
    ]);
    const { config } = await settled({ databaseUrl: 'postgresql://u@/db', dir, env });
    expect(config.server).toMatchObject({
      settings: { hosts: [{ host: 'other', port: 5432 }], user: 'u', database: 'db' },
    });
  });

  test('an embedded one needs no connection string', async () => {
    const { config, problems } = await settled({ dir, embedded: true });
    expect([...problems]).toEqual([]);
    expect(config.server).toMatchObject({
      kind: 'embedded',
      directory: null,
      settings: { user: 'postgres', database: 'postgres' },
    });
  });
});

async function settled(options: MigrateOptions) {
  const reader = new OptionReader(options);
  const config = await settleMigrate(reader);
  return { config, problems: reader.problems };
}

/** A default that stands twice would soon be two. */
describe('each default is that of the flag', () => {
  const flags = { databaseUrl, dir };

  test('migrate and baseline', async () => {
    const fromFlags = await configure('migrate', { flags });
    const { config } = await settled(given);
    for (const name of ['apply', 'catalog', 'lint', 'dryRun', 'to', 'waitTimeoutMs'] as const) {
      expect(config[name], name).toEqual(fromFlags[name]);
    }
    expect(config.historySchema).toBe(fromFlags.historySchema);
    expect(connectionOf(config.server)).toEqual(connectionOf(fromFlags.server));
    const { onPooler, lockWaitMs } = await settleBaseline(new OptionReader(given));
    expect(await configure('baseline', { flags })).toMatchObject({ onPooler, lockWaitMs });
  });

  test('status, also one that waits, and drift', async () => {
    for (const wait of [false, true]) {
      const { waitTimeoutMs, onChange } = await settleStatus(new OptionReader({ ...given, wait }));
      const fromFlags = await configure('status', { flags: { databaseUrl, dir, wait } });
      expect(fromFlags).toMatchObject({ waitTimeoutMs, onChange, attempts: 0 });
    }
    const { waitTimeoutMs, ignored, shadow } = await settleDrift(new OptionReader(given));
    expect(await configure('drift', { flags })).toMatchObject({ waitTimeoutMs, ignored, shadow });
    const shadowUrl = 'postgresql://u@s:1/db';
    const files = await settleDrift(new OptionReader({ ...given, shadowUrl }));
    const { historySchema, roles, lockTimeoutMs } = files.shadow ?? {};
    expect(await configure('drift', { flags: { ...flags, shadowUrl } })).toMatchObject({
      shadow: { historySchema, roles, lockTimeoutMs },
    });
  });

  test('watch', async () => {
    const fromFlags = await configure('watch', { flags });
    const config = await settleWatch(new OptionReader({ ...given, health: {} }));
    const { health, labels } = fromFlags;
    expect(config.served).toEqual({ health, labels });
    const names = ['apply', 'catalog', 'drift', 'lint', 'restoreGraceMs'] as const;
    for (const name of names) expect(config[name], name).toEqual(fromFlags[name]);
    expect(config.rescanIntervalMs).toBe(fromFlags.rescanIntervalMs);
    expect(config.waitTimeoutMs).toBe(fromFlags.waitTimeoutMs);
    expect(fromFlags.graceMs).toBe(20_000);
  });

  test('verify and lint', async () => {
    const { rows, roles, lockTimeoutMs } = await settleVerify(new OptionReader({ dir }));
    const proof = await configure('verify', { flags: { dir } });
    expect(proof).toMatchObject({ rows, roles, lockTimeoutMs });
    const { postgres } = await settleLint(new OptionReader({ dir }));
    expect(await configure('lint', { flags: { dir } })).toMatchObject({ postgres });
  });
});

function connectionOf(server: Awaited<ReturnType<typeof settleMigrate>>['server']) {
  const { maintenanceDatabases, connectTimeoutSeconds } = server.settings;
  return { kind: server.kind, maintenanceDatabases, connectTimeoutSeconds };
}

test('every error that a call may throw is exported, so that a program can ask which one it is', () => {
  const inside = ['BeingRestored', 'NotCopied', 'OnStandby'];
  const own = Object.entries(errors).flatMap(([name, each]) =>
    typeof each === 'function' && each.prototype instanceof errors.PgmError ? [name] : [],
  );
  expect(Object.keys(library)).toEqual(
    expect.arrayContaining(own.filter((name) => !inside.includes(name))),
  );
});
