import { Command } from 'commander';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  argumentOf,
  describeDefault,
  flagKey,
  variablesOf,
  type CommandName,
} from '../../../src/cli/config/option.js';
import {
  allOptions,
  options,
  optionsOf,
  type OptionName,
  type ValueOf,
} from '../../../src/cli/config/options.js';
import { registerOptions } from '../../../src/cli/config/register.js';
import { Findings, Scope, type Environment, type Flags } from '../../../src/cli/config/scope.js';
import { FakeFiles } from './configure.js';

const commands: readonly CommandName[] = [
  'ensure-db',
  'migrate',
  'status',
  'watch',
  'serve-health',
  'baseline',
  'configmap',
  'prepare',
  'probe',
];
const names = Object.keys(options) as OptionName[];

function scopeOf(command: CommandName, flags: Flags, env: Environment): Scope {
  const { exists, readFile, fileMode } = new FakeFiles();
  const request = {
    command,
    flags,
    rest: [],
    env,
    exists,
    readFile,
    fileMode,
    homedir: '/h',
    username: null,
  };
  return new Scope(request, new Findings());
}

/** Two texts for every option with a flag that takes a value, and what they are read as. */
const samples: Partial<Record<OptionName, readonly [string, unknown, string, unknown]>> = {
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
  onPooler: ['refuse', 'refuse', 'warn', 'warn'],
  to: ['a/1', 'a/1', 'b/2', 'b/2'],
  revision: ['ABCD', 'abcd', 'beef', 'beef'],
  healthPort: ['1', 1, '65535', 65_535],
  healthHost: ['[::1]', '::1', '127.0.0.1', '127.0.0.1'],
  readiness: ['attempted', 'attempted', 'applied', 'applied'],
  grace: ['0', 0, '1m', 60_000],
  rescanInterval: ['1s', 1_000, '2m', 120_000],
  logFormat: ['json', 'json', 'text', 'text'],
  terminationLog: ['a', 'a', 'b', 'b'],
  mapName: ['a', 'a', 'b', 'b'],
  mapNamespace: ['a', 'a', 'b', 'b'],
  checkFile: ['a', 'a', 'b', 'b'],
  target: ['a', 'a', 'b', 'b'],
  sentinel: ['a', 'a', 'b', 'b'],
  timeout: ['1s', 1_000, '5', 5_000],
};

describe('every option', () => {
  const withValue = names.filter((name) => samples[name] !== undefined);
  const switches = names.filter((name) => {
    const { flag } = options[name];
    return flag !== null && argumentOf(flag) === 'none';
  });

  test('is covered here', () => {
    const withoutFlag = names.filter((name) => options[name].flag === null);
    expect([...withValue, ...switches, ...withoutFlag].toSorted()).toEqual(names.toSorted());
  });

  test.each(withValue)('%s: flag, then variable, then default', (name) => {
    const [onFlag, flagValue, inEnv, envValue] = samples[name]!;
    for (const variable of variablesOf(options[name])) {
      for (const command of options[name].commands) {
        const read = (flags: Flags, env: Environment): unknown =>
          scopeOf(command, flags, env).read(name);
        const key = flagKey(options[name].flag ?? '');
        expect(read({ [key]: onFlag }, { [variable]: inEnv })).toEqual(flagValue);
        expect(read({}, { [variable]: ` ${inEnv}\n` })).toEqual(envValue);
        expect(read({}, { [variable]: '' })).toEqual(read({}, {}));
      }
    }
  });

  test.each(switches)('%s: flag, then variable, then off', (name) => {
    const key = name === 'noColor' ? 'color' : name;
    const [command] = options[name].commands;
    const [variable = ''] = variablesOf(options[name]);
    const read = (flags: Flags, value?: string): unknown =>
      scopeOf(command, flags, { [variable]: value }).read(name);
    expect(read({ [key]: key === name }, 'off')).toBe(true);
    for (const yes of ['1', 'true', 'yes', 'on', 'TRUE']) expect(read({}, yes)).toBe(true);
    for (const no of ['0', 'false', 'no', 'off', '']) expect(read({}, no)).toBe(false);
    expect(read({})).toBe(false);
  });

  test.each(names)('%s: its default can be read as any other value', (name) => {
    const { default: value, parse } = options[name];
    const texts = value.kind === 'text' ? [value.text, ...Object.values(value.except)] : [];
    for (const text of texts) expect(parse(text).kind).toBe('accepted');
  });

  test('has variables of its own', () => {
    const variables = allOptions().flatMap(variablesOf);
    expect(new Set(variables).size).toBe(variables.length);
    expect(variables).toContain('PGM_LOCK_WAIT');
    expect(variables).toContain('PGM_NO_COLOR');
  });

  test('is read with its own type', () => {
    expectTypeOf<ValueOf<'healthPort'>>().toEqualTypeOf<number>();
    expectTypeOf<ValueOf<'lockWait'>>().toEqualTypeOf<number | null>();
    expectTypeOf<ValueOf<'dir'>>().toEqualTypeOf<string | null>();
    expectTypeOf<ValueOf<'onFailure'>>().toEqualTypeOf<'continue' | 'schema' | 'stop'>();
    expectTypeOf<ValueOf<'dryRun'>>().toEqualTypeOf<boolean>();
  });

  test('does not apply to a command that does not take it', () => {
    expect(scopeOf('migrate', {}, { PGM_CHECK: 'nonsense' }).given('check')).toBeNull();
  });
});

describe('commander', () => {
  function parse(command: CommandName, ...argv: string[]): Flags {
    const program = new Command(command).exitOverride();
    registerOptions(program, command);
    return program.parse(argv, { from: 'user' }).opts();
  }

  test.each(commands)(
    '%s: nothing typed gives nothing but the defaults of the table',
    (command) => {
      const flags = parse(command);
      for (const name of names) expect(scopeOf(command, flags, {}).given(name)).toBeNull();
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
      registerOptions(program, command);
      return program.helpInformation();
    };
    expect(help('migrate')).toContain('(default: 60s, env: PGM_LOCK_WAIT)');
    expect(help('watch')).toContain('(default: forever, env: PGM_LOCK_WAIT)');
    expect(help('watch')).toContain('(default: 1239, env: PGM_HEALTH_PORT or HEALTH_PORT)');
    expect(help('ensure-db')).not.toContain('--dir');
  });

  test('each command has the flags it should have', () => {
    const flagsOf = (command: CommandName): (string | null)[] =>
      optionsOf(command).map(({ flag }) => flag);
    expect(flagsOf('serve-health')).not.toContain('--embedded [dir]');
    expect(flagsOf('status')).toContain('--revision <hex>');
    expect(flagsOf('watch')).toContain('--grace <duration>');
    expect(flagsOf('watch')).not.toContain('--json');
  });
});

test('without a command a default is told with its exceptions', () => {
  expect(describeDefault(options.lockWait.default, null)).toBe('60s; watch: forever');
});
