import { describe, expect, test } from 'vitest';
import { serverVersion } from '../../src/embedded/data/binaries.js';
import { beforeDeadline } from '../../src/embedded/process/guard.js';
import { parsePasswd, spawnAs } from '../../src/embedded/process/identity.js';
import { isOurs, isServerOf, ownerOf } from '../../src/embedded/data/inspect.js';
import { parseLinks } from '../../src/embedded/data/links.js';
import { parsePostmasterFile } from '../../src/embedded/process/postmaster.js';
import { parsePs } from '../../src/embedded/process/processes.js';
import { grants } from '../../src/embedded/process/reach.js';
import { localeArguments, serverArguments } from '../../src/embedded/process/settings.js';

describe('postmaster.pid', () => {
  const file = (status: string): string =>
    ['4711', '/data', '1790000000', '5433', '', '127.0.0.1', '  1234  0', status, ''].join('\n');

  test('names pid, port and status of a server', () => {
    expect(parsePostmasterFile(file('ready   '))).toEqual({
      pid: 4711,
      port: 5433,
      status: 'ready',
    });
    expect(parsePostmasterFile(file('starting'))?.status).toBe('starting');
    expect(parsePostmasterFile(file('stopping'))?.status).toBe('stopping');
  });

  test('of a standby that answers is as good as ready', () => {
    expect(parsePostmasterFile(file('standby '))?.status).toBe('ready');
  });

  test('a postmaster.pid that is written only in part belongs to a server that is starting', () => {
    expect(parsePostmasterFile('4711\n/data\n')).toEqual({
      pid: 4711,
      port: null,
      status: 'starting',
    });
  });

  test('of a single-user backend has a negative pid', () => {
    expect(parsePostmasterFile('-4711\n/data\n')?.pid).toBe(4711);
  });

  test('a postmaster.pid that is empty or broken names nobody', () => {
    for (const text of ['', '\n', 'abc\n', '0\n', '1.5\n'])
      expect(parsePostmasterFile(text)).toBeNull();
  });
});

describe('a process', () => {
  const postgres = '/x/bin/postgres -D /var/a/data -p 5432 -c cluster_name=pgm-embedded';

  test('is the server of a directory only when its command line says exactly that', () => {
    expect(isServerOf({ command: postgres }, '/var/a/data')).toBe(true);
    expect(isServerOf({ command: postgres }, '/var/a/dat')).toBe(false);
    expect(isServerOf({ command: postgres }, '/var/a')).toBe(false);
    expect(isServerOf({ command: 'vim -D /var/a/data' }, '/var/a/data')).toBe(false);
    expect(isServerOf({ command: 'less postgres -D /var/a/data' }, '/var/a/data')).toBe(false);
  });

  test('may have blanks in its path and in that of its data', () => {
    const command = '/home/My Projects/bin/postgres -D /home/My Data/data -p 1';
    expect(isServerOf({ command }, '/home/My Data/data')).toBe(true);
  });

  test('is ours by the name of its cluster', () => {
    expect(isOurs({ command: postgres })).toBe(true);
    expect(isOurs({ command: 'postgres -D /var/a/data -c cluster_name=other' })).toBe(false);
  });

  test('is a guard by its own name, which the pid of its pgm follows', () => {
    expect(ownerOf({ command: '/bin/sh -c read -r word pgm-embedded-guard 812 4 /x' })).toBe(812);
    expect(ownerOf({ command: '/sbin/init' })).toBeNull();
  });

  test('is read from what ps prints', () => {
    expect(parsePs('    1     0 /sbin/launchd\n  812     1 postgres -D /a b/data\n\n')).toEqual([
      { pid: 1, parent: 0, command: '/sbin/launchd' },
      { pid: 812, parent: 1, command: 'postgres -D /a b/data' },
    ]);
  });
});

describe('users', () => {
  test('are read from a passwd file, without root and without broken lines', () => {
    const text =
      'root:x:0:0:r:/root:/bin/sh\n\n# note\ntoor:x:0:0::/:/bin/sh\nodd:x:a:1::/:/\npostgres:x:101:104:,,,:/var:/bin/bash\n';
    expect(parsePasswd(text)).toEqual([{ name: 'postgres', uid: 101, gid: 104 }]);
  });

  test('are switched to only by root', () => {
    const postgres = { uid: 101, gid: 104, name: 'postgres' };
    expect(spawnAs({ ...postgres, switched: true })).toEqual({ uid: 101, gid: 104 });
    expect(spawnAs({ ...postgres, switched: false })).toEqual({});
  });
});

describe('permission bits', () => {
  const file = { uid: 5, gid: 50, mode: 0o100754 };

  test('are those of the owner, else of the group, else of the others', () => {
    expect(grants(file, { uid: 5, gid: 50 }, 7)).toBe(true);
    expect(grants(file, { uid: 6, gid: 50 }, 5)).toBe(true);
    expect(grants(file, { uid: 6, gid: 50 }, 2)).toBe(false);
    expect(grants(file, { uid: 6, gid: 60 }, 4)).toBe(true);
    expect(grants(file, { uid: 6, gid: 60 }, 1)).toBe(false);
  });

  test('of an owner who shut himself out are not fixed by those of the others', () => {
    expect(grants({ ...file, mode: 0o077 }, { uid: 5, gid: 50 }, 1)).toBe(false);
  });
});

describe('links of libraries', () => {
  test('lie where they lay, and lead to a file beside them', () => {
    const text = '[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so.5"}]';
    expect(parseLinks(text)).toEqual([{ path: 'lib/libpq.so.5', target: 'libpq.so.5.18' }]);
  });

  test('links that lead out of the package are dropped', () => {
    const text =
      '[{"source":"/etc/passwd","target":"native/lib/a"},{"source":"native/b","target":"native/../../b"}]';
    expect(parseLinks(text)).toEqual([]);
  });
});

describe('the command line of a server', () => {
  const plan = { data: '/d/data', port: 5433, kept: true, settings: {} };

  test('gives up durability only when the data is thrown away', () => {
    expect(serverArguments(plan)).not.toContain('fsync=off');
    expect(serverArguments({ ...plan, kept: false })).toContain('fsync=off');
  });

  test('lets further settings win, except over the name that marks it as ours', () => {
    const settings = { listen_addresses: '*', cluster_name: 'x' };
    const line = serverArguments({ ...plan, settings });
    expect(line).toContain('listen_addresses=*');
    expect(line).not.toContain('listen_addresses=127.0.0.1');
    expect(line).toContain('cluster_name=pgm-embedded');
    expect(line).not.toContain('cluster_name=x');
  });

  test('starts with where and on which port', () => {
    expect(serverArguments(plan).slice(0, 4)).toEqual(['-D', '/d/data', '-p', '5433']);
  });
});

test('texts sort by code point in every version', () => {
  expect(localeArguments('18')).toHaveLength(1);
  expect(localeArguments('17')[0]).toContain('--locale-provider=builtin');
  expect(localeArguments('16')).toEqual([['--locale=C', '--lc-ctype=C.UTF-8'], ['--locale=C']]);
});

test('the version of the server is that of the package without its own part', () => {
  expect(serverVersion('18.4.0-beta.17')).toEqual({ version: '18.4', major: '18' });
  expect(serverVersion('15.18.0-beta.17')).toEqual({ version: '15.18', major: '15' });
});

test('a wait ends at its deadline, with the error that was asked for', async () => {
  const never = new Promise<string>(() => undefined);
  await expect(beforeDeadline(never, 5, () => new Error('late'))).rejects.toThrow('late');
  const soon = Promise.resolve('soon');
  expect(await beforeDeadline(soon, 60_000, () => new Error('late'))).toBe('soon');
});
