import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, open, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RefusedFile, Snapshot, SourceEntry } from '../../src/core/files/migration.js';
import { finish } from '../../src/core/files/steps.js';
import { listEntries } from '../../src/source/list-entries.js';
import { readFile } from '../../src/source/read-file.js';
import { readSource } from '../../src/source/read-source.js';
import { makeTree, type Tree } from '../support/tree.js';

let tree: Tree;

beforeEach(async () => {
  tree = await makeTree();
});

afterEach(async () => {
  await tree.remove();
});

function read(schemas: readonly string[] | null = null): Promise<Snapshot> {
  return readSource(tree.directory, { schemas, reserved: ['pgm'] });
}

function keysOf({ migrations }: Snapshot): readonly string[] {
  return migrations.map(({ key }) => key);
}

function reasonsOf({ refused }: Snapshot): Record<string, string> {
  return Object.fromEntries(refused.map(({ path, reason }: RefusedFile) => [path, reason]));
}

function at(path: string): string {
  return join(tree.directory, path);
}

describe('a tree', () => {
  test('is read with its files in order, and has no generation', async () => {
    await tree.write({
      'gcp/10_x.sql': 'select 10;',
      'gcp/9_x.sql': 'select 9;',
      'aws/001_x.sql': 'select 1;',
      '001_bare.sql': 'select 0;',
    });
    const snapshot = await read();
    expect(keysOf(snapshot)).toEqual([
      'aws/001_x.sql',
      'gcp/9_x.sql',
      'gcp/10_x.sql',
      'public/001_bare.sql',
    ]);
    expect(snapshot).toMatchObject({ generation: null, refused: [], ignored: [] });
    expect(snapshot.migrations[0]?.sql).toBe('select 1;');
  });

  test('an empty tree has no migrations', async () => {
    expect(await read()).toMatchObject({ migrations: [], refused: [], ignored: [] });
  });

  test('keeps names with quotes, newlines, dollars and emoji as they are', async () => {
    const key = 'gcp/001_it\'s "a" 100%\n$1 🎉.sql';
    await tree.write({ [key]: 'select 1;' });
    expect(keysOf(await read())).toEqual([key]);
  });

  test('names what it ignores: dotfiles, hidden directories, what is no .sql', async () => {
    await tree.write({
      'gcp/001_x.sql': 'select 1;',
      'README.md': '#',
      '.gitkeep': '',
      '.hidden.sql': 'select 1;',
      '.git/objects/001_x.sql': 'select 1;',
      'gcp/notes.txt': '',
      'gcp/.002_x.sql.swp': '',
      'gcp/003_x.sql~': '',
    });
    const snapshot = await read();
    expect(keysOf(snapshot)).toEqual(['gcp/001_x.sql']);
    expect(snapshot.refused).toEqual([]);
    expect(snapshot.ignored).toEqual([
      '.git/',
      '.gitkeep',
      '.hidden.sql',
      'README.md',
      'gcp/.002_x.sql.swp',
      'gcp/003_x.sql~',
      'gcp/notes.txt',
    ]);
  });

  test('refuses files that lie too deep, and names a directory too deep to look into', async () => {
    const deep = 'a/b/c/d/e/f/g/h';
    await tree.write({
      'a/b/001_x.sql': '',
      [`${deep}/001_x.sql`]: '',
      [`${deep}/i/001_x.sql`]: '',
    });
    const snapshot = await read();
    expect(reasonsOf(snapshot)).toEqual({
      'a/b/001_x.sql': 'it is nested too deeply: use <schema>/<number>_<name>.sql',
      [`${deep}/001_x.sql`]: 'it is nested too deeply: use <schema>/<number>_<name>.sql',
    });
    expect(snapshot.ignored).toEqual([`${deep}/i/`]);
  });

  test('with --schemas leaves the others out and says how many', async () => {
    await tree.write({ 'gcp/001_x.sql': '', 'aws/001_x.sql': '', 'aws/002_x.sql': '' });
    const snapshot = await read(['gcp']);
    expect(keysOf(snapshot)).toEqual(['gcp/001_x.sql']);
    expect(snapshot.leftOut).toEqual([{ schema: 'aws', files: 2 }]);
  });

  test('refuses bytes that are no text, with their place, and reads the rest', async () => {
    await tree.write({
      'a/001_latin.sql': Buffer.from([0x61, 0xe9, 0x62]),
      'a/002_utf16.sql': Buffer.from('\ufeffselect 1;', 'utf16le'),
      'a/003_nul.sql': Buffer.from([0x61, 0x62, 0x00]),
      'a/004_fine.sql': 'select 4;',
    });
    const snapshot = await read();
    expect(keysOf(snapshot)).toEqual(['a/004_fine.sql']);
    expect(snapshot.refused.map(({ key, byteOffset }) => [key, byteOffset])).toEqual([
      ['a/001_latin.sql', 1],
      ['a/002_utf16.sql', 0],
      ['a/003_nul.sql', 2],
    ]);
  });

  test('refuses a file whose name is no text, and lets other such names pass', async () => {
    const named = (text: string): Buffer =>
      Buffer.concat([Buffer.from(`${tree.directory}/`), Buffer.from(text, 'latin1')]);
    await writeFile(named('001_caf\xe9.sql'), 'select 1;');
    await writeFile(named('caf\xe9.txt'), '');
    await writeFile(named('.caf\xe9.sql'), '');
    await mkdir(named('sch\xe9ma'));
    const snapshot = await read();
    expect(reasonsOf(snapshot)).toEqual({
      '001_café.sql': 'its name is not valid UTF-8; rename it',
      schéma: 'its name is not valid UTF-8; rename it',
    });
    expect(snapshot.ignored).toEqual(['.café.sql', 'café.txt']);
  });

  test('refuses a file that is too large, without reading it', async () => {
    await tree.write({ 'a/001_x.sql': '', 'a/002_x.sql': 'select 2;' });
    await truncate(at('a/001_x.sql'), 256 * 1024 * 1024 + 1);
    const snapshot = await read();
    expect(reasonsOf(snapshot)).toEqual({
      'a/001_x.sql': 'it is larger than 256 MiB; split it',
    });
    expect(keysOf(snapshot)).toEqual(['a/002_x.sql']);
  });
});

describe('a link', () => {
  test('to a file or a schema inside the source is followed', async () => {
    await tree.write({ 'gcp/001_x.sql': 'select 1;' });
    await symlink('001_x.sql', at('gcp/002_x.sql'));
    await symlink('gcp', at('copy'));
    expect(keysOf(await read())).toEqual([
      'copy/001_x.sql',
      'copy/002_x.sql',
      'gcp/001_x.sql',
      'gcp/002_x.sql',
    ]);
  });

  test('a link that leaves the source is refused and never read', async () => {
    const outside = await makeTree({ '001_secret.sql': 'select 1;' });
    try {
      await mkdir(at('gcp'));
      await symlink(join(outside.directory, '001_secret.sql'), at('gcp/001_x.sql'));
      await symlink(outside.directory, at('aws'));
      await symlink(join(outside.directory, '001_secret.sql'), at('README.md'));
      await symlink(`../../${outside.directory.split('/').at(-1) ?? ''}`, at('gcp/relative'));
      const snapshot = await read();
      const reason = 'it is a link to something outside the source; copy the target instead';
      expect(reasonsOf(snapshot)).toEqual({
        aws: reason,
        'gcp/001_x.sql': reason,
        'gcp/relative': reason,
      });
      expect(snapshot.ignored).toEqual(['README.md']);
      expect(snapshot.migrations).toEqual([]);
    } finally {
      await outside.remove();
    }
  });

  test('to a directory whose name begins like the source is outside all the same', async () => {
    const twin = `${tree.directory}-twin`;
    await mkdir(twin);
    try {
      await writeFile(join(twin, '001_x.sql'), '');
      await symlink(join(twin, '001_x.sql'), at('001_x.sql'));
      expect(Object.keys(reasonsOf(await read()))).toEqual(['001_x.sql']);
    } finally {
      await rm(twin, { recursive: true });
    }
  });

  test('a link that leads round in a circle, or nowhere, is refused and ends the reading nowhere', async () => {
    await tree.write({ 'gcp/001_x.sql': 'select 1;' });
    await symlink('.', at('self'));
    await symlink('..', at('gcp/up'));
    await symlink('../gcp', at('gcp/again'));
    await symlink('002_b.sql', at('gcp/002_a.sql'));
    await symlink('002_a.sql', at('gcp/002_b.sql'));
    await symlink('gone.sql', at('gcp/003_x.sql'));
    await symlink('gone.md', at('gone.md.link'));
    const snapshot = await read();
    expect(keysOf(snapshot)).toEqual(['gcp/001_x.sql']);
    const round = 'it is a link to the source directory or one of its parents; remove it';
    expect(reasonsOf(snapshot)).toEqual({
      self: round,
      'gcp/up': round,
      'gcp/again': 'it is a link to a directory inside a schema directory; copy the files instead',
      'gcp/002_a.sql': 'it is a broken link: ELOOP',
      'gcp/002_b.sql': 'it is a broken link: ELOOP',
      'gcp/003_x.sql': 'it is a broken link: ENOENT',
    });
    expect(snapshot.ignored).toEqual(['gone.md.link']);
  });

  test('may be the source itself', async () => {
    await tree.write({ 'gcp/001_x.sql': 'select 1;' });
    const link = `${tree.directory}-link`;
    await symlink(tree.directory, link);
    try {
      const snapshot = await readSource(link, { schemas: null, reserved: [] });
      expect(keysOf(snapshot)).toEqual(['gcp/001_x.sql']);
    } finally {
      await rm(link);
    }
  });
});

function readAtOnce(path: string, file = at(path)): SourceEntry {
  return finish(readFile(path, file));
}

describe('what is no regular file', () => {
  const reason = 'it is not a regular file (FIFO, socket or device)';

  test('is refused and never opened: a FIFO would block for ever', async () => {
    await mkdir(at('a'));
    await promisify(execFile)('mkfifo', [at('a/001_fifo.sql')]);
    await symlink('001_fifo.sql', at('a/002_link.sql'));
    await promisify(execFile)('mkfifo', [at('a/fifo')]);
    const socket = createServer();
    await new Promise<void>((resolve) => socket.listen(at('a/003_socket.sql'), resolve));
    try {
      const snapshot = await read();
      expect(reasonsOf(snapshot)).toEqual({
        'a/001_fifo.sql': reason,
        'a/002_link.sql': reason,
        'a/003_socket.sql': reason,
      });
      expect(snapshot.ignored).toEqual(['a/fifo']);
    } finally {
      socket.close();
    }
  });

  test('is refused even when it took the place of a file after the listing', async () => {
    await promisify(execFile)('mkfifo', [at('001_x.sql')]);
    expect(readAtOnce('001_x.sql')).toEqual({ kind: 'refused', path: '001_x.sql', reason });
  });

  test('is refused even when that holds bytes to be read, which stay there', async () => {
    await promisify(execFile)('mkfifo', [at('001_x.sql')]);
    const fifo = await open(at('001_x.sql'), 'r+');
    try {
      await fifo.write('select 1;');
      expect(readAtOnce('001_x.sql')).toMatchObject({ kind: 'refused', reason });
      const { buffer, bytesRead } = await fifo.read();
      expect(buffer.toString('latin1', 0, bytesRead)).toBe('select 1;');
    } finally {
      await fifo.close();
    }
  });

  test('a link that took the place of a file counts as vanished: all is read anew', async () => {
    await tree.write({ 'there.sql': '' });
    await symlink('there.sql', at('001_x.sql'));
    expect(() => readAtOnce('001_x.sql')).toThrow(/ELOOP/);
  });
});

describe('a large file', () => {
  const content = Buffer.alloc((5 << 20) + 1, 'select 1;\n');

  test('is read whole, in steps', async () => {
    await writeFile(at('001_x.sql'), content);
    const steps = [...readFile('001_x.sql', at('001_x.sql'))];
    expect(steps.length).toBeGreaterThanOrEqual(5);
    const entry = readAtOnce('001_x.sql');
    expect(entry.kind === 'file' && content.equals(entry.bytes)).toBe(true);
  });

  test('a large file that is cut off meanwhile is what is left of it', async () => {
    await writeFile(at('001_x.sql'), content);
    const reading = readFile('001_x.sql', at('001_x.sql'));
    reading.next();
    await truncate(at('001_x.sql'), 2 << 20);
    const entry = finish(reading);
    const left = content.subarray(0, 2 << 20);
    expect(entry.kind === 'file' && left.equals(entry.bytes)).toBe(true);
  });
});

/** Permission bits do not bind root, so as root we are nobody for a while. */
async function withoutPrivileges<T>(work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  process.seteuid?.(65_534);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

describe('a short file', () => {
  test.each([0, 1, 5_000])('of %i bytes is read whole', async (length) => {
    const content = Buffer.alloc(length, 'select 1;');
    await writeFile(at('001_x.sql'), content);
    const entry = readAtOnce('001_x.sql');
    expect(entry.kind === 'file' && content.equals(entry.bytes)).toBe(true);
  });

  test.each(['/proc/self/mounts', '/proc/kallsyms'].filter((file) => existsSync(file)))(
    'that says it is empty is read to its end all the same: %s',
    (file) => {
      const entry = readAtOnce('x.sql', file);
      expect(entry.kind === 'file' && readFileSync(file).equals(entry.bytes)).toBe(true);
    },
  );
});

describe('what may not be read', () => {
  test('is refused with the errno, a file as well as a directory, and the rest still runs', async () => {
    await tree.write({ 'a/001_x.sql': '', 'a/002_x.sql': 'select 2;', 'b/001_x.sql': '' });
    await chmod(tree.directory, 0o755);
    await chmod(at('a/001_x.sql'), 0);
    await chmod(at('b'), 0);
    const snapshot = await withoutPrivileges(() => read());
    expect(reasonsOf(snapshot)).toEqual({
      'a/001_x.sql': 'it cannot be read: EACCES',
      b: 'it cannot be read: EACCES',
    });
    expect(keysOf(snapshot)).toEqual(['a/002_x.sql']);
    await chmod(at('b'), 0o755);
  });

  test('a source that may not be read is not there', async () => {
    await chmod(tree.directory, 0);
    await expect(withoutPrivileges(() => read())).rejects.toMatchObject({
      name: 'SourceMissing',
      message: `${tree.directory} cannot be read: EACCES`,
    });
  });
});

describe('a source that is not there', () => {
  test('a directory that does not exist', async () => {
    const directory = at('nowhere');
    await expect(readSource(directory, { schemas: null, reserved: [] })).rejects.toMatchObject({
      name: 'SourceMissing',
      directory,
      message: `the migrations directory ${directory} does not exist`,
    });
  });

  test('a file where a directory should be', async () => {
    await tree.write({ 'a.sql': '' });
    const file = at('a.sql');
    await expect(readSource(file, { schemas: null, reserved: [] })).rejects.toMatchObject({
      name: 'SourceMissing',
      message: `${file} is not a directory`,
    });
  });
});

describe('a file that vanishes while the source is read', () => {
  test('makes the listing fail, so that it is done anew', async () => {
    await tree.write({ 'a/001_x.sql': '', 'a/002_x.sql': '' });
    const listing = listEntries(tree.directory);
    expect(listing.next().done).toBe(false);
    await rm(at('a'), { recursive: true });
    expect(() => [...listing]).toThrow(/ENOENT/);
  });
});

test('the bytes of a large file take no memory once the next entry is asked for; those of a small one stay', async () => {
  const large = 'select 1;\n'.repeat(200_000);
  await tree.write({ 'a/001_x.sql': large, 'b/001_x.sql': 'select 1;\n' });
  const files = [...listEntries(tree.directory)].filter((entry) => entry?.kind === 'file');
  const left = files.map(({ path, bytes }) => [path, bytes.length]);
  expect(Object.fromEntries(left)).toEqual({ 'a/001_x.sql': 0, 'b/001_x.sql': 10 });
  const { migrations } = await read();
  expect(migrations.map(({ sql }) => sql.length)).toEqual([large.length, 10]);
});
