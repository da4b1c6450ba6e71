import { Command } from 'commander';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { commands } from '../../../../src/cli/list.js';
import {
  allOptions,
  describeDefault,
  flagKey,
  inOrder,
  options,
  takesValue,
  variablesOf,
} from '../../../../src/cli/config/table/options.js';

import type { Environment } from '../../../../src/core/connection/given.js';
import { Scope, type Flags } from '../../../../src/cli/config/table/scope.js';
import type { AnyOption, CommandName } from '../../../../src/cli/config/table/values.js';
import { registerOptions } from '../../../../src/cli/program.js';
import { requestFor } from '../configure.js';

const commandNames = Object.keys(commands) as CommandName[];
const table = {
  ...options.connection,
  ...options.embedded,
  ...options.source,
  ...options.applying,
  ...options.drift,
  ...options.fleet,
  ...options.fleetJobs,
  ...options.health,
  ...options.kubernetes,
  ...options.proof,
  ...options.moving,
  ...options.takeover,
  ...options.lint,
  ...options.schema,
  ...options.authoring,
  ...options.output,
};
type OptionName = keyof typeof table;
const names = Object.keys(table) as OptionName[];

/** One option, as any other is. */
const optionOf = (name: OptionName): AnyOption => table[name];

const commandsWith = (option: AnyOption): CommandName[] =>
  commandNames.filter((name) => commands[name].options.includes(option));

const scopeOf = (command: CommandName, flags: Flags, env: Environment): Scope =>
  new Scope(requestFor(command, { flags, env }));

const is = (text: string, label: string, value: string) => ({ kind: 'is', text, label, value });
const matching = (text: string, label: string, value: string) => ({
  kind: 'matching',
  text,
  matcher: is(text, label, value),
});

/** Two texts for every option with a flag that takes a value, and what they are read as. */
const samples: Partial<Record<OptionName, readonly [string, unknown, string, unknown]>> = {
  toolTable: ['a', { schema: null, name: 'a' }, 'b.c', { schema: 'b', name: 'c' }],
  explain: ['drop-table', 'drop-table', 'a', 'a'],
  appliedTo: ['main', 'main', 'HEAD~1', 'HEAD~1'],
  postgres: ['14', 14, '17', 17],
  facts: ['a.json', 'a.json', 'b.json', 'b.json'],
  live: ['postgresql://a', 'postgresql://a', 'postgresql://b', 'postgresql://b'],
  lint: ['error', 'error', 'warning', 'warning'],
  failOn: ['warning', 'warning', 'error', 'error'],
  format: ['json', 'json', 'github', 'github'],
  databaseUrl: ['postgresql://a', 'postgresql://a', 'postgresql://b', 'postgresql://b'],
  maintenanceDb: ['a', 'a', 'b', 'b'],
  waitTimeout: ['1s', 1_000, 'forever', null],
  connectTimeout: ['1s', 1_000, '2', 2_000],
  historySchema: ['a', 'a', 'b', 'b'],
  embedded: ['./a', { kind: 'kept', directory: './a' }, 'yes', { kind: 'temporary' }],
  dir: ['a', 'a', 'b', 'b'],
  schemas: ['a', ['a'], 'b', ['b']],
  onFailure: ['stop', 'stop', 'schema', 'schema'],
  onChange: ['warn', 'warn', 'fail', 'fail'],
  lockTimeout: ['0', 0, '5s', 5_000],
  lockWait: ['0', 0, '5s', 5_000],
  restoreGrace: ['0', 0, '5s', 5_000],
  onPooler: ['refuse', 'refuse', 'warn', 'warn'],
  catalogTimeout: ['0', 0, '10s', 10_000],
  driftIgnore: ['a, B*', ['a', 'B*'], 'c.d_*', ['c.d_*']],
  targets: ['a', 'a', 'b', 'b'],
  targetsQuery: ['select 1', 'select 1', 'select 2', 'select 2'],
  select: ['a=b', [is('a=b', 'a', 'b')], 'c=d', [is('c=d', 'c', 'd')]],
  shard: ['0/1', { index: 0, of: 1 }, '2/3', { index: 2, of: 3 }],
  wave: ['rest', [{ kind: 'rest', text: 'rest' }], 'a=b', [matching('a=b', 'a', 'b')]],
  onlyWave: ['rest', 'rest', 'tier=canary', 'tier=canary'],
  pause: ['0', 0, '5m', 300_000],
  checkCommand: ['a', 'a', 'b', 'b'],
  parallel: ['1', 1, '32', 32],
  perServer: ['1', 1, '8', 8],
  maxFailed: ['3', { kind: 'number', most: 3 }, '5%', { kind: 'percent', most: 5 }],
  shards: ['1', 1, '16', 16],
  parallelism: ['1', 1, '8', 8],
  maxFailedIndexes: ['0', 0, '8', 8],
  jobName: ['a', 'a', 'fleet-2', 'fleet-2'],
  image: ['pgm', 'pgm', 'r.example:5000/pgm:1@sha256:ab', 'r.example:5000/pgm:1@sha256:ab'],
  secret: ['a', 'a', 'b.c', 'b.c'],
  to: ['a/1', 'a/1', 'b/2', 'b/2'],
  revision: ['ABCD', 'abcd', 'beef', 'beef'],
  healthPort: ['1', 1, '65535', 65_535],
  healthHost: ['[::1]', '::1', '127.0.0.1', '127.0.0.1'],
  readiness: ['once', 'once', 'applied', 'applied'],
  grace: ['0', 0, '1m', 60_000],
  rescanInterval: ['1s', 1_000, '2m', 120_000],
  fleetInterval: ['1s', 1_000, '5m', 300_000],
  driftInterval: ['1s', 1_000, 'off', null],
  logFormat: ['json', 'json', 'text', 'text'],
  terminationLog: ['a', 'a', 'b', 'b'],
  mapName: ['a', 'a', 'b', 'b'],
  mapNamespace: ['a', 'a', 'b', 'b'],
  checkFile: ['a', 'a', 'b', 'b'],
  target: ['a', 'a', 'b', 'b'],
  sentinel: ['a', 'a', 'b', 'b'],
  timeout: ['1s', 1_000, '5', 5_000],
  tool: ['dbmate', 'dbmate', 'flyway', 'flyway'],
  into: ['a', 'a', 'b', 'b'],
  schema: ['a', 'a', 'b', 'b'],
  shadowUrl: ['postgresql://a', 'postgresql://a', 'postgresql://b', 'postgresql://b'],
  since: ['main', 'main', 'HEAD~1', 'HEAD~1'],
  from: ['postgresql://a', 'postgresql://a', 'postgresql://b', 'postgresql://b'],
  against: ['postgresql://a', 'postgresql://a', 'postgresql://b', 'postgresql://b'],
  rows: ['0', 0, '500', 500],
  schemaFile: ['a.sql', 'a.sql', 'b.sql', 'b.sql'],
  roles: ['a,b', ['a', 'b'], 'c', ['c']],
  junit: ['a.xml', 'a.xml', 'b.xml', 'b.xml'],
};

describe('every option', () => {
  const withValue = names.filter((name) => samples[name] !== undefined);
  const switches = names.filter((name) => {
    const { flag } = optionOf(name);
    return flag !== null && !takesValue(flag);
  });

  test('is covered here', () => {
    const withoutFlag = names.filter((name) => optionOf(name).flag === null);
    expect([...withValue, ...switches, ...withoutFlag].toSorted()).toEqual(names.toSorted());
  });

  test.each(withValue)('%s: flag, then variable, then default', (name) => {
    const [onFlag, flagValue, inEnv, envValue] = samples[name]!;
    for (const variable of variablesOf(optionOf(name))) {
      for (const command of commandsWith(optionOf(name))) {
        const read = (flags: Flags, env: Environment): unknown =>
          scopeOf(command, flags, env).read(optionOf(name));
        const key = flagKey(optionOf(name).flag ?? '');
        expect(read({ [key]: onFlag }, { [variable]: inEnv })).toEqual(flagValue);
        expect(read({}, { [variable]: ` ${inEnv}\n` })).toEqual(envValue);
        expect(read({}, { [variable]: '' })).toEqual(read({}, {}));
      }
    }
  });

  test.each(switches)('%s: flag, then variable, then off', (name) => {
    const key = name === 'noColor' ? 'color' : name;
    const [command] = commandsWith(optionOf(name));
    const [variable = ''] = variablesOf(optionOf(name));
    const read = (flags: Flags, value?: string): unknown =>
      scopeOf(command!, flags, { [variable]: value }).read(optionOf(name));
    expect(read({ [key]: key === name }, 'off')).toBe(true);
    for (const yes of ['1', 'true', 'yes', 'on', 'TRUE']) expect(read({}, yes)).toBe(true);
    for (const no of ['0', 'false', 'no', 'off', '']) expect(read({}, no)).toBe(false);
    expect(read({})).toBe(false);
  });

  test.each(names)('%s: its default can be read as any other value', (name) => {
    const { default: usual, except = {}, parse } = optionOf(name);
    const texts = usual === undefined ? [] : [usual, ...Object.values(except)];
    for (const text of texts) expect(parse(text).kind).toBe('accepted');
  });

  test('is taken by a command', () => {
    expect(allOptions()).toEqual(names.map(optionOf));
    for (const option of allOptions()) expect(commandsWith(option), option.help).not.toEqual([]);
  });

  test('has variables of its own', () => {
    const variables = allOptions().flatMap(variablesOf);
    expect(new Set(variables).size).toBe(variables.length);
    expect(variables).toContain('PGM_LOCK_WAIT');
    expect(variables).toContain('PGM_NO_COLOR');
  });

  test('is read with its own type', () => {
    const scope = scopeOf('migrate', {}, {});
    expectTypeOf(scope.read(options.health.healthPort)).toEqualTypeOf<number>();
    expectTypeOf(scope.read(options.applying.lockWait)).toEqualTypeOf<number | null>();
    expectTypeOf(scope.read(options.source.dir)).toEqualTypeOf<string | null>();
    const onFailure = scope.read(options.applying.onFailure);
    expectTypeOf(onFailure).toEqualTypeOf<'continue' | 'schema' | 'stop'>();
    expectTypeOf(scope.read(options.applying.dryRun)).toEqualTypeOf<boolean>();
  });

  test('does not apply to a command that does not take it', () => {
    expect(
      scopeOf('migrate', {}, { PGM_CHECK: 'nonsense' }).given(options.applying.check),
    ).toBeNull();
  });
});

describe('commander', () => {
  function parse(command: CommandName, ...argv: string[]): Flags {
    const program = new Command(command).exitOverride();
    registerOptions(program, commands[command]);
    return program.parse(argv, { from: 'user' }).opts();
  }

  test.each(commandNames)(
    '%s: nothing typed gives nothing but the defaults of the table',
    (command) => {
      const flags = parse(command);
      for (const name of names)
        expect(scopeOf(command, flags, {}).given(optionOf(name))).toBeNull();
    },
  );

  test('what was typed arrives, twice when it was typed twice', () => {
    const flags = parse(
      'migrate',
      '--dir',
      'a',
      '--dir=b',
      '--embedded',
      '--no-color',
      '--dry-run',
    );
    expect(flags).toMatchObject({ dir: ['a', 'b'], embedded: true, color: false, dryRun: true });
    expect(parse('migrate', '--embedded', 'data')).toMatchObject({ embedded: ['data'] });
  });

  test('help names the default of that very command and the variables', () => {
    const help = (command: CommandName): string => {
      const program = new Command(command).configureHelp({ helpWidth: 300 });
      registerOptions(program, commands[command]);
      return program.helpInformation();
    };
    expect(help('migrate')).toContain('(default: 60s, env: PGM_LOCK_WAIT)');
    expect(help('watch')).toContain('(default: forever, env: PGM_LOCK_WAIT)');
    expect(help('watch')).toContain('(default: 1239, env: PGM_HEALTH_PORT or HEALTH_PORT)');
    expect(help('ensure-db')).not.toContain('--dir');
  });

  test('each command has the flags it should have', () => {
    const flagsOf = (command: CommandName): (string | null)[] =>
      inOrder(commands[command].options).map(({ flag }) => flag);
    expect(flagsOf('serve-health')).not.toContain('--embedded [dir]');
    expect(flagsOf('status')).toContain('--revision <hex>');
    expect(flagsOf('watch')).toContain('--grace <duration>');
    expect(flagsOf('watch')).not.toContain('--json');
  });
});

test('without a command a default is told with its exceptions', () => {
  expect(describeDefault(table.lockWait, null)).toBe('60s; watch: forever');
});
