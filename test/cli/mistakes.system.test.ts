import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { pgm, RunningPgm } from '../support/pgm.js';
import { makeTree, type Tree } from '../support/tree.js';

let tree: Tree;
let taken: Server;
let takenPort: number;

beforeAll(async () => {
  tree = await makeTree({ 'a/001_x.sql': 'select 1;' });
  taken = createServer();
  await new Promise<void>((resolve) => {
    taken.listen(0, '::', resolve);
  });
  takenPort = (taken.address() as AddressInfo).port;
});

afterAll(async () => {
  taken.close();
  await tree.remove();
});

/** What a person sees of a mistake: the message, and never the inside of the program. */
async function mistake(
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<{ exitCode: number | null; stderr: string }> {
  const { exitCode, stdout, stderr } = await pgm(args, { MIGRATIONS_DIR: tree.directory, ...env });
  expect(stdout + stderr).not.toMatch(/^ +at .+:\d+:\d+\)?$/m);
  expect(stdout + stderr).not.toContain('canary');
  return { exitCode, stderr };
}

const unreachable = 'postgresql://pact:canary@localhost:1/x';

test('a server that is down: exit 4, with host, port, cause and what to do, once', async () => {
  const { exitCode, stderr } = await mistake(['migrate', '--wait-timeout', '1s'], {
    DATABASE_URL: unreachable,
  });
  expect(exitCode).toBe(4);
  expect(stderr).toMatch(
    /^pgm migrate: PostgreSQL at localhost:1\/x was not reachable within 1 s: .*ECONNREFUSED.*\n$/,
  );
});

test.each(['ensure-db', 'status'])('%s on a server that is down: exit 4', async (command) => {
  const { exitCode } = await mistake([command, '--wait-timeout', '0'], {
    DATABASE_URL: unreachable,
  });
  expect(exitCode).toBe(4);
});

test('a host name that is not known: exit 4', async () => {
  const { exitCode, stderr } = await mistake(['migrate', '--wait-timeout', '0'], {
    DATABASE_URL: 'postgresql://pact:canary@nowhere.invalid/x',
  });
  expect(exitCode).toBe(4);
  expect(stderr).toContain('nowhere.invalid');
});

test.each(['0', '70000', 'abc'])(
  'a health port of %s: exit 2, naming the variable',
  async (port) => {
    const { exitCode, stderr } = await mistake(['watch'], {
      HEALTH_PORT: port,
      DATABASE_URL: unreachable,
    });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('HEALTH_PORT');
    expect(stderr).toContain('between 1 and 65535');
  },
);

test('a health port that is taken: exit 2, saying who needs it', async () => {
  const { exitCode, stderr } = await mistake(['watch', '--health-port', String(takenPort)], {
    DATABASE_URL: unreachable,
  });
  expect(exitCode).toBe(2);
  expect(stderr).toContain(`pgm watch needs port ${takenPort}`);
});

test('an unknown flag: exit 2, with the flag that was probably meant', async () => {
  const { exitCode, stderr } = await mistake(['migrate', '--dri-run']);
  expect(exitCode).toBe(2);
  expect(stderr).toBe(
    'pgm migrate: --dri-run is not a flag of pgm migrate; did you mean --dry-run?\n',
  );
});

test('a flag without its value: exit 2, naming the flag', async () => {
  const { exitCode, stderr } = await mistake(['migrate', '--dir']);
  expect(exitCode).toBe(2);
  expect(stderr).toBe('pgm migrate: --dir needs a value: --dir <path>\n');
});

test('a flag without its value, with --json: the error is a document too', async () => {
  const { exitCode, stdout } = await pgm(['status', '--json', '--dir']);
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({
    error: { name: 'ConfigurationError', message: '--dir needs a value: --dir <path>' },
  });
});

test('a switch with a value: exit 2, saying that it takes none', async () => {
  const { exitCode, stderr } = await mistake(['status', '--check=false', '--no-color=1']);
  expect(exitCode).toBe(2);
  expect(stderr).toBe(
    'pgm status: 2 mistakes:\n' +
      '  - --check takes no value: give --check alone, or leave it out\n' +
      '  - --no-color takes no value: give --no-color alone, or leave it out\n',
  );
});

test.each([
  [['--dir', 'x', 'migrate'], '--dir comes after the command: pgm COMMAND --dir'],
  [['--json'], '--json comes after the command: pgm COMMAND --json'],
  [['fleet', '--dir=x', 'status'], '--dir comes after the command: pgm COMMAND --dir'],
  [['-v'], '-v is not a flag of pgm; pgm --help lists them'],
])('%s: exit 2, and where the flag belongs', async (args, said) => {
  const { exitCode, stderr } = await mistake(args);
  expect(exitCode).toBe(2);
  expect(stderr).toBe(`pgm: ${said}\n`);
});

test('a word that belongs to no flag: exit 2', async () => {
  const { exitCode, stderr } = await mistake(['migrate', 'gcp']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('"gcp" is not expected here');
});

test.each([['migrat'], ['help', 'migrat'], ['migrat', '--dir', 'x']])(
  'an unknown command (%s): exit 2, with the command that was probably meant',
  async (...args) => {
    const { exitCode, stderr } = await mistake(args);
    expect(exitCode).toBe(2);
    expect(stderr).toBe('pgm: "migrat" is not a command of pgm; did you mean migrate?\n');
  },
);

test('a command that is like none: exit 2, and where the commands are listed', async () => {
  const { exitCode, stderr } = await mistake(['xyzzy']);
  expect(exitCode).toBe(2);
  expect(stderr).toBe('pgm: "xyzzy" is not a command of pgm; pgm --help lists them\n');
});

test.each(['migrate', 'baseline'])(
  '%s --to a key that is not in the source: exit 2, with the key that was probably meant',
  async (command) => {
    for (const [typed, meant] of [
      ['b/001', 'a/001'],
      ['a/001_y.sql', 'a/001_x.sql'],
    ] as const) {
      const { exitCode, stderr } = await mistake([command, '--to', typed], {
        DATABASE_URL: unreachable,
      });
      expect(exitCode).toBe(2);
      expect(stderr).toBe(
        `pgm ${command}: --to ${typed}: the source has no migration of that name; did you mean ${meant}?\n`,
      );
    }
  },
);

test('no command: the help, and exit 2', async () => {
  const { exitCode, stderr } = await mistake([]);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('Usage: pgm');
});

test('a missing directory: exit 2, even when another usual one exists', async () => {
  const { exitCode, stderr } = await mistake(['migrate', '--dir', '/no/such/place'], {
    DATABASE_URL: unreachable,
  });
  expect(exitCode).toBe(2);
  expect(stderr).toBe('pgm migrate: the migrations directory /no/such/place does not exist\n');
});

test('a missing directory that a variable names: the variable is named', async () => {
  const { stderr } = await mistake(['status'], { MIGRATIONS_DIR: '/no/such/place' });
  expect(stderr).toBe(
    'pgm status: the migrations directory /no/such/place does not exist (set by MIGRATIONS_DIR)\n',
  );
});

test('no directory at all: which ones were looked for, and the flag', async () => {
  const { exitCode, stderr } = await pgm(['status'], {}, '/');
  expect(exitCode).toBe(2);
  expect(stderr).toBe(
    'pgm status: the migrations directory /migrations-configmap does not exist (no directory was given with --dir, ' +
      'and none of /migrations-configmap, /shared/postgres-migrations, ./migrations exists)\n',
  );
});

test.each([
  [{ DATABASE_URL: unreachable }, 'DATABASE_URL'],
  [{ PGHOST: 'localhost', PGPORT: '1' }, 'PGHOST and PGPORT'],
  [{ POSTGRES_PORT: '1' }, 'POSTGRES_HOST and POSTGRES_PORT'],
  [{ PGPORT: '1', DATABASE_URL: 'postgresql://pact@localhost/x' }, 'DATABASE_URL and PGPORT'],
])('nobody listens, by %o: exit 4, naming %s', async (env, named) => {
  const { exitCode, stderr } = await mistake(['status', '--wait-timeout', '0'], env);
  expect(exitCode).toBe(4);
  expect(stderr).toContain(`check host and port in ${named}, or wait longer`);
});

test('a server for throw-away databases that is down: exit 4, naming its flag', async () => {
  const { exitCode, stderr } = await mistake([
    ...['verify', '--shadow-url', 'postgresql://pact@localhost:1/x'],
  ]);
  expect(exitCode).toBe(4);
  expect(stderr).toMatch(/^pgm verify: --shadow-url: localhost:1: .*ECONNREFUSED/m);
});

test.each(['migrate', 'status', 'drift'])(
  '%s --embedded starts no server for a directory that is missing',
  async (command) => {
    const { exitCode, stdout, stderr } = await pgm([
      command,
      '--embedded',
      '--dir',
      '/no/such/place',
    ]);
    expect(exitCode).toBe(2);
    expect(stderr).toBe(`pgm ${command}: the migrations directory /no/such/place does not exist\n`);
    expect(stdout).not.toContain('PostgreSQL');
  },
);

test('many mistakes are reported at once', async () => {
  const { exitCode, stderr } = await mistake(
    ['watch', '--wibble', '--on-failure', 'shrug', '--grace', 'soon'],
    {
      HEALTH_PORT: 'abc',
      DATABASE_URL: 'postgresql://pact:canary@localhost:99999/x?sslmode=strict',
    },
  );
  expect(exitCode).toBe(2);
  for (const word of [
    '--wibble',
    '--on-failure',
    '--grace',
    'HEALTH_PORT',
    'DATABASE_URL: use a port',
    'sslmode',
  ]) {
    expect(stderr).toContain(word);
  }
});

test('with --json the error is a document on stdout, and text on stderr', async () => {
  const { exitCode, stdout, stderr } = await pgm(['migrate', '--json', '--dir', '/no/such/place']);
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ error: { name: 'SourceMissing', exitCode: 2 } });
  expect(stderr).toContain('/no/such/place');
});

test('PGM_JSON asks for that document too', async () => {
  const env = { PGM_JSON: '1', PGM_ON_CHANGE: 'shrug' };
  const { exitCode, stdout } = await pgm(['status'], env);
  expect(exitCode).toBe(2);
  expect(JSON.parse(stdout)).toMatchObject({ error: { name: 'ConfigurationError', exitCode: 2 } });
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s with --json: the document says that it was interrupted', async (signal, code) => {
  const running = new RunningPgm(['status', '--json', '--wait-timeout', 'forever'], {
    MIGRATIONS_DIR: tree.directory,
    DATABASE_URL: unreachable,
  });
  await running.printed(/waiting for PostgreSQL/);
  const { exitCode, stdout } = await running.stop(signal);
  expect(exitCode).toBe(code);
  expect(JSON.parse(stdout)).toEqual({
    error: { name: 'Interrupted', message: 'interrupted', exitCode: code },
  });
});

describe('help and version', () => {
  test('--version prints the version of the package', async () => {
    const { exitCode, stdout } = await pgm(['--version']);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('--help lists the commands and the exit codes', async () => {
    const { exitCode, stdout } = await pgm(['--help']);
    expect(exitCode).toBe(0);
    for (const word of ['ensure-db', 'migrate', 'status', 'watch', 'serve-health', '130, 143']) {
      expect(stdout).toContain(word);
    }
  });
});
