import { inspect } from 'node:util';
import { expect } from 'vitest';
import { commands } from '../../../src/cli/list.js';
import { type CommonConfig, resolveConfig } from '../../../src/cli/config/resolve.js';
import type { ConfigRequest, Flags, Scope } from '../../../src/cli/config/table/scope.js';
import type { CommandName } from '../../../src/cli/config/table/values.js';
import type { Environment } from '../../../src/core/connection/given.js';
import { ConfigurationError } from '../../../src/core/errors.js';

/** Part of every password in these tests; `configure` proves that it shows up nowhere. */
export const canary = 'c4nary';

export interface Setup {
  readonly flags?: Flags;
  /** What commander leaves over: unknown flags, and words. */
  readonly rest?: readonly string[];
  readonly env?: Environment;
  /** Contents by path; `fakeFiles` makes them change. */
  readonly files?: FakeFiles;
  readonly username?: string | null;
}

/** A file system in memory whose files the test may change while a configuration is in use. */
export class FakeFiles {
  readonly #files = new Map<string, { text: string; mode: number; failure: string | null }>();

  constructor(files: Readonly<Record<string, string>> = {}) {
    for (const [path, text] of Object.entries(files)) this.write(path, text);
  }

  write(path: string, text: string, mode = 0o600): this {
    this.#files.set(path, { text, mode, failure: null });
    return this;
  }

  fail(path: string, code: string): this {
    this.#files.set(path, { text: '', mode: 0o600, failure: code });
    return this;
  }

  remove(path: string): void {
    this.#files.delete(path);
  }

  readonly exists = (path: string): Promise<boolean> => Promise.resolve(this.#files.has(path));

  readonly readFile = (path: string): Promise<string> => this.#open(path, ({ text }) => text);

  readonly fileMode = (path: string): Promise<number> => this.#open(path, ({ mode }) => mode);

  #open<T>(path: string, read: (file: { text: string; mode: number }) => T): Promise<T> {
    const file = this.#files.get(path);
    const code = file === undefined ? 'ENOENT' : file.failure;
    if (file !== undefined && code === null) return Promise.resolve(read(file));
    return Promise.reject(Object.assign(new Error(`${code ?? ''}: ${path}`), { code }));
  }
}

type OwnConfig<C extends CommandName> = Awaited<ReturnType<(typeof commands)[C]['configure']>>;

/** What was typed for a command, on a machine in memory. */
export function requestFor(
  name: CommandName,
  { flags = {}, rest = [], env = {}, files = new FakeFiles(), username = 'osuser' }: Setup,
): ConfigRequest {
  const { exists, readFile, fileMode } = files;
  return {
    command: commands[name],
    flags,
    rest,
    env,
    exists,
    readFile,
    fileMode,
    homedir: '/home/me',
    username,
  };
}

/** Resolves a configuration and checks on the way that no password is in it, nor in what was thrown. */
export async function configure<C extends CommandName>(
  name: C,
  setup: Setup = {},
): Promise<OwnConfig<C> & CommonConfig> {
  // The compiler does not follow which command it is.
  const configureOwn = commands[name].configure as (scope: Scope) => Promise<OwnConfig<C>>;
  try {
    const config = await resolveConfig(requestFor(name, setup), configureOwn);
    expectNoCanary(config);
    return config;
  } catch (error) {
    expectNoCanary(error);
    throw error;
  }
}

/** The problems of a configuration that must not be accepted. */
export async function problemsOf(command: CommandName, setup: Setup): Promise<readonly string[]> {
  try {
    await configure(command, setup);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

/** The settings of a server that runs already. */
export async function settingsOf(setup: Setup = {}) {
  const { server, warnings } = await configure('migrate', setup);
  if (server.kind !== 'running') throw new Error('expected a running server');
  return { ...server.settings, warnings };
}

/** The password for the first host and the target database. */
export async function passwordOf(setup: Setup): Promise<string | null> {
  const { readPassword, hosts, database } = await settingsOf(setup);
  return readPassword(hosts[0]!, database);
}

function expectNoCanary(value: unknown): void {
  expect(inspect(value, { depth: 20, showHidden: true })).not.toContain(canary);
  expect(JSON.stringify(value)).not.toContain(canary);
}
