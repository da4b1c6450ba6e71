import { describe, expect, test } from 'vitest';
import type { CommandName } from '../../../src/cli/config/table/values.js';
import { canary, configure, problemsOf, settingsOf, type Setup } from './configure.js';

const url = (rest: string): { readonly DATABASE_URL: string } => ({
  DATABASE_URL: `postgresql://u:${canary}@${rest}`,
});

describe('every mistake is a problem that says what would be right', () => {
  test.each<[CommandName, Setup, RegExp]>([
    [
      'watch',
      { env: { HEALTH_PORT: '0' } },
      /^HEALTH_PORT is "0": use a port between 1 and 65535$/,
    ],
    ['watch', { env: { HEALTH_PORT: '70000' } }, /^HEALTH_PORT is "70000": use a port/],
    ['serve-health', { flags: { healthPort: 'abc' } }, /^--health-port is "abc": use a port/],
    ['migrate', { env: url('h:0/db') }, /^DATABASE_URL: use a port between 1 and 65535$/],
    ['migrate', { env: url('h:70000/db') }, /^DATABASE_URL: use a port between/],
    ['migrate', { env: url('h:abc/db') }, /^DATABASE_URL: its port must be a number between/],
    ['migrate', { env: { PGPORT: 'abc' } }, /^PGPORT: use a port between/],
    ['migrate', { env: { POSTGRES_PORT: '0' } }, /^POSTGRES_PORT: use a port between/],
    ['migrate', { env: { PGHOST: 'h:5432' } }, /^PGHOST: give the host without a port/],
    [
      'migrate',
      { env: url('/db') },
      /^DATABASE_URL: it has no host after the user: .* POSTGRES_HOST$/,
    ],
    ['migrate', { env: url('h') }, /^DATABASE_URL: it has no database: .* PGDATABASE$/],
    ['migrate', { env: url('h/') }, /^DATABASE_URL: it has no database/],
    ['migrate', { env: url('h1,h2:1,h3/db?port=1,2') }, /3 hosts and 2 ports/],
    ['migrate', { env: { DATABASE_URL: `postgresql://u:${canary}#@h/db` } }, /unescaped "#".*%23/],
    [
      'migrate',
      { env: url('h/db?sslmode=on') },
      /^DATABASE_URL: sslmode is "on": use one of disable/,
    ],
    ['migrate', { env: url(`h/${'d'.repeat(64)}`) }, /database name .* 63 bytes/],
    ['migrate', { env: { PGUSER: 'ü'.repeat(32) } }, /^PGUSER: the user name .* 63 bytes/],
    ['migrate', { env: { PGCONNECT_TIMEOUT: 'soon' } }, /^PGCONNECT_TIMEOUT: .* whole seconds/],
    ['migrate', { flags: { maintenanceDb: 'x'.repeat(64) } }, /^--maintenance-db .* 63 bytes/],
    [
      'migrate',
      { flags: { connectTimeout: '0' } },
      /^--connect-timeout is "0": use at least 100ms$/,
    ],
    ['migrate', { env: { PGM_WAIT_TIMEOUT: 'long' } }, /^PGM_WAIT_TIMEOUT .* or forever$/],
    ['migrate', { flags: { historySchema: 'pg_x' } }, /^--history-schema .* reserved/],
    [
      'fleet render',
      { flags: { wave: ['tier=canary', 'tier=canary'] } },
      /^--wave is "tier=canary, tier=canary": name each wave once$/,
    ],
    [
      'migrate',
      { flags: { onFailure: 'abort' } },
      /^--on-failure is "abort": use continue, schema or stop$/,
    ],
    [
      'migrate',
      { flags: { onFailure: 'stopp' } },
      /^--on-failure is "stopp": use continue, schema or stop; did you mean stop\?$/,
    ],
    [
      'watch',
      { env: { PGM_ON_CHANGE: 'Fail' } },
      /^PGM_ON_CHANGE is "Fail".*; did you mean fail\?$/,
    ],
    ['watch', { env: { PGM_READINESS: 'onec' } }, /^PGM_READINESS .*; did you mean once\?$/],
    ['probe', { rest: ['livenes'] }, /^\[what\] is "livenes": .*; did you mean liveness\?$/],
    ['watch', { env: { PGM_ON_CHANGE: 'x' } }, /^PGM_ON_CHANGE .* use rerun, warn or fail$/],
    ['migrate', { flags: { onPooler: 'x' } }, /^--on-pooler .* use warn or refuse$/],
    ['migrate', { flags: { lockTimeout: 'x' } }, /^--lock-timeout .* duration/],
    ['migrate', { flags: { to: 'nothing' } }, /^--to .* such as gcp\/003/],
    ['migrate', { env: { PGM_DRY_RUN: 'maybe' } }, /^PGM_DRY_RUN is "maybe": use 1, true/],
    ['status', { flags: { revision: 'xyz' } }, /^--revision .* hexadecimal/],
    ['watch', { flags: { healthHost: 'a b' } }, /^--health-host .* address/],
    ['watch', { flags: { readiness: 'x' } }, /^--readiness .* use applied, once or strict$/],
    [
      'watch',
      { env: { PGM_READINESS: 'attempted' } },
      /^PGM_READINESS is "attempted": it was replaced by once/,
    ],
    ['watch', { flags: { rescanInterval: '10ms' } }, /^--rescan-interval .* at least 1s$/],
    ['watch', { flags: { driftInterval: '10ms' } }, /^--drift-interval .* at least 1s, or off$/],
    [
      'watch',
      { flags: { driftInterval: 'off' }, env: { PGM_READINESS: 'strict' } },
      /^--drift-interval is off, so nothing looks for drift, and --readiness strict needs that/,
    ],
    [
      'watch',
      { flags: { readiness: 'strict' }, env: { PGM_CATALOG_TIMEOUT: '0' } },
      /^PGM_CATALOG_TIMEOUT is 0, so nothing looks for drift/,
    ],
    [
      'serve-health',
      { flags: { readiness: 'strict' } },
      /^--readiness is strict, and only pgm watch/,
    ],
    ['watch', { flags: { grace: 'x' } }, /^--grace .* duration/],
    ['migrate', { flags: { logFormat: 'xml' } }, /^--log-format .* use auto, text or json$/],
    [
      'migrate',
      { flags: { quiet: true }, env: { PGM_VERBOSE: '1' } },
      /^--quiet and PGM_VERBOSE contradict/,
    ],
    ['migrate', { env: { NAMESPACE: 'Prod_1' } }, /^NAMESPACE is "Prod_1": use a Kubernetes name/],
    ['migrate', { env: { CONFIGMAP_NAME: 'a..b' } }, /^CONFIGMAP_NAME .* Kubernetes name/],
    [
      'migrate',
      { rest: ['--bogus', 'x'] },
      /^--bogus is not a flag of pgm migrate; pgm migrate --help lists them$/,
    ],
    ['watch', { rest: ['--dry-run'] }, /^--dry-run is not a flag of pgm watch; /],
    [
      'migrate',
      { env: { ...url('h/db'), PGM_DATABASE_URL: url('h2/db').DATABASE_URL } },
      /both set/,
    ],
    ['watch', { env: { PGM_HEALTH_PORT: '1', HEALTH_PORT: '2' } }, /both set, to different values/],
  ])('%s %j', async (command, setup, problem) => {
    expect(await problemsOf(command, setup)).toEqual([expect.stringMatching(problem)]);
  });

  test('all of them are told at once', async () => {
    const env = {
      ...url('h:70000/?sslmode=bogus&sslmod=x'),
      DATABASE_URL_FILE: '/missing',
      HEALTH_PORT: '0',
      PGM_LOCK_TIMEOUT: 'x',
      NAMESPACE: '-',
    };
    const problems = await problemsOf('watch', {
      env,
      flags: { dir: ['a', 'b'] },
      rest: ['--unknown'],
    });
    expect(problems).toEqual([
      expect.stringMatching(/^--unknown/),
      expect.stringMatching(/DATABASE_URL_FILE are both set/),
      expect.stringMatching(/"sslmod" is not a connection parameter/),
      expect.stringMatching(/has no database/),
      expect.stringMatching(/use a port/),
      expect.stringMatching(/sslmode is "bogus"/),
      expect.stringMatching(/^--dir is given 2 times/),
      expect.stringMatching(/^PGM_LOCK_TIMEOUT/),
      expect.stringMatching(/^HEALTH_PORT/),
      expect.stringMatching(/^NAMESPACE/),
    ]);
  });

  test('a URL that cannot be read does not hide the mistakes beside it, and makes up none', async () => {
    const env = { DATABASE_URL: `postgresql://u:${canary}/${canary}@h`, PGSSLMODE: 'bogus' };
    expect(await problemsOf('migrate', { env })).toEqual([
      expect.stringMatching(/unescaped "\/"/),
      expect.stringMatching(/^PGSSLMODE/),
    ]);
  });

  test('a connection string in the wrong place is not repeated', async () => {
    const text = url('h/db').DATABASE_URL;
    for (const name of [
      'PGM_ON_FAILURE',
      'PGM_LOCK_WAIT',
      'PGHOST',
      'PGPORT',
      'PGSSLMODE',
      'NAMESPACE',
    ]) {
      expect(await problemsOf('migrate', { env: { [name]: text } })).toHaveLength(1);
    }
    const { warnings } = await settingsOf({ env: { ...url('h/db'), POSTGRES_HOST: text } });
    expect(warnings).toEqual([expect.stringMatching(/^POSTGRES_HOST is \(not shown/)]);
  });

  test('control characters of a value do not reach the terminal', async () => {
    const [problem] = await problemsOf('migrate', { env: { PGM_ON_FAILURE: 'a\u001b[31mb' } });
    expect(problem).toContain('"a\\u001b[31mb"');
  });
});

describe('a configuration without mistakes', () => {
  test('migrate, with nothing set', async () => {
    expect(await configure('migrate')).toMatchObject({
      historySchema: 'pgm',
      waitTimeoutMs: 60_000,
      apply: {
        onFailure: 'continue',
        onChange: 'rerun',
        onPooler: 'warn',
        lockTimeoutMs: 10_000,
        lockWaitMs: 60_000,
      },
      dryRun: false,
      to: null,
      json: false,
      output: { logFormat: 'auto', color: 'auto', verbosity: 'normal', terminationLog: null },
      labels: {
        namespace: 'secret-manager-controller-pact-broker',
        configMap: 'postgres-migrations',
      },
      warnings: [],
    });
  });

  test('watch waits for ever and listens on :: with a fallback', async () => {
    expect(await configure('watch')).toMatchObject({
      waitTimeoutMs: null,
      apply: { lockWaitMs: null },
      health: {
        port: 1239,
        addresses: ['::', '0.0.0.0'],
        readiness: 'applied',
        exposeStatus: false,
      },
      graceMs: 20_000,
      rescanIntervalMs: 30_000,
    });
  });

  test('an address that was named is not fallen back from', async () => {
    const { health } = await configure('watch', { flags: { healthHost: '::' } });
    expect(health.addresses).toEqual(['::']);
  });

  test('status', async () => {
    const flags = { check: true, wait: true, attempts: true, json: true, revision: 'ABC123' };
    expect(await configure('status', { flags })).toMatchObject({
      ...flags,
      attempts: 20,
      revision: 'abc123',
    });
  });

  test('serve-health judges by --on-change like the runner beside it', async () => {
    const config = await configure('serve-health', { env: { PGM_ON_CHANGE: 'warn' } });
    expect(config).toMatchObject({ onChange: 'warn', health: { port: 1239 } });
  });

  test('ensure-db knows nothing of a source', async () => {
    expect(Object.keys(await configure('ensure-db')).toSorted()).toEqual([
      'historySchema',
      'labels',
      'output',
      'server',
      'waitTimeoutMs',
      'warnings',
    ]);
  });

  test.each([
    [{ NO_COLOR: '1' }, 'never'],
    [{ NO_COLOR: '0' }, 'never'],
    [{ NO_COLOR: 'off' }, 'never'],
    [{ NO_COLOR: '' }, 'auto'],
    [{ PGM_NO_COLOR: 'yes' }, 'never'],
    [{ PGM_NO_COLOR: 'no' }, 'auto'],
    [{ TERM: 'dumb' }, 'never'],
    [{ TERM: 'xterm' }, 'auto'],
  ])('%j: colors %s', async (env, color) => {
    const { output } = await configure('status', { env: env });
    expect(output.color).toBe(color);
  });

  test('a dumb terminal gets plain lines, unless JSON is asked for', async () => {
    const formatOf = async (env: Record<string, string>) =>
      (await configure('migrate', { env })).output.logFormat;
    expect(await formatOf({ TERM: 'dumb' })).toBe('text');
    expect(await formatOf({ TERM: 'dumb', PGM_LOG_FORMAT: 'json' })).toBe('json');
  });

  test('--no-color, --quiet, --verbose', async () => {
    const outputOf = async (flags: Setup['flags']) =>
      (await configure('migrate', flags === undefined ? {} : { flags })).output;
    expect(await outputOf({ color: false, quiet: true })).toMatchObject({
      color: 'never',
      verbosity: 'quiet',
    });
    expect(await outputOf({ color: true, verbose: true })).toMatchObject({
      color: 'auto',
      verbosity: 'verbose',
    });
  });

  test('a variable of another command is left alone', async () => {
    const env = { PGM_CHECK: 'nonsense', HEALTH_PORT: 'nonsense' };
    expect((await configure('migrate', { env })).warnings).toEqual([]);
  });

  test('a misspelt PGM_ variable is warned of, with the nearest one', async () => {
    const { warnings } = await configure('migrate', { env: { PGM_LOCK_WIAT: '1s' } });
    expect(warnings).toEqual([
      'PGM_LOCK_WIAT is not a variable of pgm and has no effect; did you mean PGM_LOCK_WAIT?',
    ]);
  });

  test('what Kubernetes sets for Services named "pgm" or "health" is no mistake', async () => {
    const env = {
      PGM_SERVICE_HOST: '10.0.0.1',
      PGM_SERVICE_PORT: '1239',
      PGM_SERVICE_PORT_HTTP: '1239',
      PGM_PORT: 'tcp://10.0.0.1:1239',
      PGM_PORT_1239_TCP_ADDR: '10.0.0.1',
      HEALTH_PORT: 'tcp://10.0.0.2:80',
    };
    const { warnings, health } = await configure('watch', { env });
    expect(health.port).toBe(1239);
    expect(warnings).toEqual([
      expect.stringMatching(/^HEALTH_PORT holds the address of a Kubernetes Service/),
    ]);
  });
});

describe('how long status waits for PostgreSQL', () => {
  test.each([
    ['five seconds', {}, 5_000],
    ['a minute with --wait', { wait: true }, 60_000],
    ['as long as --wait-timeout says', { waitTimeout: '2s' }, 2_000],
    ['as long as --wait-timeout says, with --wait too', { wait: true, waitTimeout: '2s' }, 2_000],
  ])('%s', async (_title, flags, expected) => {
    expect((await configure('status', { flags })).waitTimeoutMs).toBe(expected);
  });
});
