import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { assertApart } from '../../src/kubernetes/overlap.js';
import { type Prepared, prepareTree } from '../../src/kubernetes/prepare-tree.js';

let root: string;
let target: string;
let sentinel: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'pgm-test-prepare-'));
  target = join(root, 'shared/tree');
  sentinel = join(root, 'shared/ready.flag');
});

afterEach(() => {
  rmSync(root, { recursive: true });
});

function prepare(files: Readonly<Record<string, string>>): Prepared {
  const wanted = new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text)]));
  return prepareTree({ wanted, target, sentinel });
}

function put(path: string, text: string): void {
  mkdirSync(dirname(join(target, path)), { recursive: true });
  writeFileSync(join(target, path), text);
}

/** What of the tree other programs see. */
function visible(): string[] {
  const all = readdirSync(target, { recursive: true, encoding: 'utf8' });
  return all.filter((path) => !path.startsWith('.')).toSorted();
}

const mode = (path: string): string => (statSync(path).mode & 0o777).toString(8);
const text = (path: string): string => readFileSync(join(target, path), 'utf8');

/** Changes with every write, also of the same content. */
function times(): unknown[] {
  return [...readdirSync(target, { recursive: true, encoding: 'utf8' }), '.', '../ready.flag', '..']
    .toSorted()
    .map((path) => [path, statSync(join(target, path), { bigint: true }).ctimeNs]);
}

describe('the first run', () => {
  test('writes the tree and says how many', () => {
    const prepared = prepare({ 'gcp/001_x.sql': 'one', 'aws/001_x.sql': 'two', 'odd.sql': 'x' });
    expect(prepared.written).toEqual(['aws/001_x.sql', 'gcp/001_x.sql', 'odd.sql']);
    expect(text('gcp/001_x.sql')).toBe('one');
    expect(readFileSync(sentinel, 'utf8')).toBe('migrations-ready-3\n');
  });

  test('lets every user read, whatever the umask', () => {
    const before = process.umask(0o077);
    try {
      prepare({ 'gcp/001_x.sql': 'one' });
    } finally {
      process.umask(before);
    }
    const directories = [join(root, 'shared'), target, join(target, 'gcp')];
    expect(directories.map(mode)).toEqual(['755', '755', '755']);
    expect([join(target, 'gcp/001_x.sql'), sentinel].map(mode)).toEqual(['644', '644']);
  });

  test('of no files says so too', () => {
    prepare({});
    expect(readFileSync(sentinel, 'utf8')).toBe('migrations-ready-0\n');
    expect(visible()).toEqual([]);
  });
});

describe('a later run', () => {
  test('with nothing new writes nothing at all', () => {
    const files = { 'gcp/001_x.sql': 'one', 'aws/001_x.sql': 'two' };
    prepare(files);
    const before = times();
    expect(prepare(files)).toEqual({ written: [], removed: [], strangers: [] });
    expect(times()).toEqual(before);
  });

  test('writes what changed, removes what is gone, and directories that it made and are empty', () => {
    prepare({ 'gcp/001_x.sql': 'one', 'gcp/002_x.sql': 'two', 'aws/001_x.sql': 'three' });
    const prepared = prepare({ 'gcp/001_x.sql': 'ONE' });
    expect(prepared.written).toEqual(['gcp/001_x.sql']);
    expect(prepared.removed).toEqual(['aws/001_x.sql', 'gcp/002_x.sql']);
    expect(visible()).toEqual(['gcp', 'gcp/001_x.sql']);
    expect(readFileSync(sentinel, 'utf8')).toBe('migrations-ready-1\n');
  });

  test('makes readable again what was not', () => {
    prepare({ 'gcp/001_x.sql': 'one' });
    chmodSync(join(target, 'gcp/001_x.sql'), 0o600);
    expect(prepare({ 'gcp/001_x.sql': 'one' }).written).toEqual(['gcp/001_x.sql']);
    expect(mode(join(target, 'gcp/001_x.sql'))).toBe('644');
  });

  test('puts a sentinel back that somebody took', () => {
    prepare({ 'gcp/001_x.sql': 'one' });
    rmSync(sentinel);
    expect(prepare({ 'gcp/001_x.sql': 'one' }).written).toEqual([]);
    expect(existsSync(sentinel)).toBe(true);
  });
});

describe('what is not its own', () => {
  test('stays: files, directories and their content', () => {
    put('gcp/900_mine.sql', 'mine');
    put('gcp/notes.txt', 'mine');
    put('old/keep.txt', 'mine');
    prepare({ 'gcp/001_x.sql': 'one' });
    const { removed, strangers } = prepare({});
    expect(removed).toEqual(['gcp/001_x.sql']);
    expect(strangers).toEqual(['gcp/900_mine.sql']);
    expect(visible()).toEqual(['gcp', 'gcp/900_mine.sql', 'gcp/notes.txt', 'old', 'old/keep.txt']);
  });

  test('is taken over where it is as wanted, and still not removed later', () => {
    put('gcp/001_x.sql', 'one');
    expect(prepare({ 'gcp/001_x.sql': 'one' }).written).toEqual([]);
    expect(prepare({}).strangers).toEqual(['gcp/001_x.sql']);
    expect(visible()).toEqual(['gcp', 'gcp/001_x.sql']);
  });

  test('is never reached through a list that was tampered with', () => {
    writeFileSync(join(root, 'outside.sql'), 'precious');
    prepare({ 'gcp/001_x.sql': 'one' });
    const list = { files: ['../../outside.sql', 'gcp/../../../outside.sql'], directories: ['..'] };
    put('.pgm-prepared.json', JSON.stringify(list));
    prepare({});
    expect(readFileSync(join(root, 'outside.sql'), 'utf8')).toBe('precious');
  });

  test('is never reached through a link', () => {
    mkdirSync(join(root, 'elsewhere'));
    mkdirSync(target, { recursive: true });
    symlinkSync(join(root, 'elsewhere'), join(target, 'gcp'));
    expect(() => prepare({ 'gcp/001_x.sql': 'one' })).toThrow(
      `${join(target, 'gcp')} must be a directory for migrations, but is a file or a link: remove it`,
    );
    expect(readdirSync(join(root, 'elsewhere'))).toEqual([]);
  });
});

describe('a run that fails', () => {
  test('has taken the sentinel away first, and leaves no half file', () => {
    prepare({ 'gcp/001_x.sql': 'one' });
    mkdirSync(join(target, 'gcp/002_x.sql'));
    expect(() => prepare({ 'gcp/001_x.sql': 'ONE', 'gcp/002_x.sql': 'two' })).toThrow(
      /^cannot write .*gcp\/002_x\.sql: a directory has this name; remove it/,
    );
    expect(existsSync(sentinel)).toBe(false);
    expect(readdirSync(join(target, 'gcp')).toSorted()).toEqual(['001_x.sql', '002_x.sql']);
  });

  test('knows its files again afterwards', () => {
    prepare({ 'zzz/001_x.sql': 'one' });
    mkdirSync(join(target, 'zzz/002_x.sql'));
    expect(() => prepare({ 'aaa/001_x.sql': 'one', 'zzz/002_x.sql': 'two' })).toThrow('002_x.sql');
    rmSync(join(target, 'zzz/002_x.sql'), { recursive: true });
    expect(prepare({}).removed).toEqual(['aaa/001_x.sql', 'zzz/001_x.sql']);
    expect(visible()).toEqual([]);
  });

  test('leaves drafts to be swept when it was killed', () => {
    prepare({ 'gcp/001_x.sql': 'one' });
    put('gcp/.pgm-draft-dead', 'half');
    prepare({ 'gcp/001_x.sql': 'one' });
    expect(readdirSync(join(target, 'gcp'))).toEqual(['001_x.sql']);
  });

  test('says which part of a path is a file', () => {
    mkdirSync(join(root, 'shared'));
    writeFileSync(target, '');
    expect(() => prepare({ 'gcp/001_x.sql': 'one' })).toThrow('a part of this path is a file');
  });
});

describe('source, target and sentinel', () => {
  const apart = (source: string, to: string, flag = sentinel): void => {
    assertApart({ source: join(root, source), target: join(root, to), sentinel: flag });
  };

  test('may be beside each other, even with names that begin alike', () => {
    apart('mount', 'mount-tree');
  });

  test.each([
    ['mount', 'mount', 'is the source itself'],
    ['mount', 'mount/tree', 'is inside the source'],
    ['mount/in', 'mount', 'is inside the target'],
    ['mount', 'link/tree', 'is inside the source'],
    ['link', 'mount', 'is the source itself'],
  ])('%s to %s is refused', (source, to, words) => {
    mkdirSync(join(root, 'mount'));
    symlinkSync(join(root, 'mount'), join(root, 'link'));
    expect(() => {
      apart(source, to);
    }).toThrow(words);
  });

  test.each([
    ['mount/ready', 'is inside the source'],
    ['tree', 'is the target itself'],
    ['tree/1_x.sql', 'has the name of a migration'],
  ])('the sentinel %s is refused', (flag, words) => {
    expect(() => {
      apart('mount', 'tree', join(root, flag));
    }).toThrow(words);
  });
});
