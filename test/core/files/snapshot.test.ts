import { describe, expect, test, vi } from 'vitest';
import type { SourceEntry } from '../../../src/core/files/migration.js';
import { buildSnapshot, buildSnapshotInSteps } from '../../../src/core/files/snapshot.js';
import { finish } from '../../../src/core/files/steps.js';
import { checksumOf } from '../../../src/core/files/text.js';
import { entriesOf, type Files, snapshotOf } from '../../support/memory/snapshot.js';

const all = { schemas: null, reserved: ['pgm'], generation: null, swappedAt: null };

function keysOf(files: Files): string[] {
  return snapshotOf(files).migrations.map(({ key }) => key);
}

describe('the migrations of a snapshot', () => {
  test('come in the order of application, with all that is known of them', () => {
    const { migrations } = snapshotOf({
      'gcp/10_x.sql': 'select 10;',
      'gcp/9_x.sql': 'select 9;',
      'aws/1_x.sql': 'select 1;',
    });
    expect(migrations.map(({ key }) => key)).toEqual([
      'aws/1_x.sql',
      'gcp/9_x.sql',
      'gcp/10_x.sql',
    ]);
    expect(migrations[2]).toEqual({
      key: 'gcp/10_x.sql',
      schema: 'gcp',
      filename: '10_x.sql',
      number: '10',
      checksum: checksumOf('select 10;'),
      sql: 'select 10;',
      path: 'gcp/10_x.sql',
    });
  });

  test('have the same keys from a tree, from flat keys and from a mixture', () => {
    const tree = { 'gcp/001_x.sql': 'a', 'gcp/002_x.sql': 'b' };
    const flat = { 'gcp_001_x.sql': 'a', 'gcp_002_x.sql': 'b' };
    const mixed = { 'gcp_001_x.sql': 'a', 'gcp/002_x.sql': 'b' };
    expect(keysOf(flat)).toEqual(keysOf(tree));
    expect(keysOf(mixed)).toEqual(keysOf(tree));
    expect(snapshotOf(flat).revision).toBe(snapshotOf(tree).revision);
    expect(snapshotOf(flat).migrations[0]?.path).toBe('gcp_001_x.sql');
  });

  test('are none of an empty source', () => {
    expect(snapshotOf({})).toMatchObject({
      migrations: [],
      refused: [],
      ignored: [],
      leftOut: [],
      warnings: [],
      orderDiffersFromBytes: false,
    });
  });

  test('go to the server without their byte order mark', () => {
    expect(snapshotOf({ 'a/1_x.sql': '\ufeffselect 1;\r\n' }).migrations[0]?.sql).toBe(
      'select 1;\r\n',
    );
  });

  test('bear the generation of the mount', () => {
    expect(snapshotOf({}, { generation: '..2026_11_23' }).generation).toBe('..2026_11_23');
  });
});

describe('two names for one migration', () => {
  test.each([
    ['a tree and a flat key', 'gcp/001_x.sql', 'gcp_001_x.sql'],
    ['NFD and NFC', 'a/1_cafe\u0301.sql', 'a/1_caf\u00e9.sql'],
    ['a schema in NFD and NFC', 'cafe\u0301/1_x.sql', 'caf\u00e9/1_x.sql'],
    ['a bare file and one of public', '001_x.sql', 'public/001_x.sql'],
  ])('%s: the second is refused, and the first still runs', (_what, first, second) => {
    for (const files of [
      { [first]: 'a', [second]: 'b' },
      { [second]: 'b', [first]: 'a' },
    ]) {
      const { migrations, refused } = snapshotOf(files);
      expect(migrations.map(({ path }) => path)).toEqual([first]);
      expect(refused).toEqual([
        {
          path: second,
          key: null,
          schema: second.includes('/') ? second.split('/')[0] : 'gcp',
          reason: `it names the same migration as ${first}; rename one of them`,
          byteOffset: null,
        },
      ]);
    }
  });

  test('a file that cannot be read keeps its twin out all the same', () => {
    const { migrations, refused } = snapshotOf({
      'gcp/001_x.sql': new Uint8Array([0xff]),
      'gcp_001_x.sql': 'select 1;',
    });
    expect(migrations).toEqual([]);
    expect(refused.map(({ path, key }) => [path, key])).toEqual([
      ['gcp/001_x.sql', 'gcp/001_x.sql'],
      ['gcp_001_x.sql', null],
    ]);
  });

  test('two files of the same name are one migration too', () => {
    const twice = [...entriesOf({ 'a/1_x.sql': 'x' }), ...entriesOf({ 'a/1_x.sql': 'y' })];
    const { migrations, refused } = buildSnapshot(twice, all);
    expect(migrations.map(({ sql }) => sql)).toEqual(['x']);
    expect(refused).toMatchObject([{ path: 'a/1_x.sql', key: null }]);
  });

  test('A.sql and a.sql are two migrations', () => {
    expect(keysOf({ 'a/1_A.sql': 'x', 'a/1_a.sql': 'y' })).toEqual(['a/1_A.sql', 'a/1_a.sql']);
  });
});

describe('a refused file', () => {
  test('is told with its path and the place of its bad byte, and the rest still runs', () => {
    const { migrations, refused } = snapshotOf({
      'gcp/001_x.sql': Buffer.from('ab\u0000c'),
      'gcp/002_x.sql': 'select 2;',
    });
    expect(migrations.map(({ key }) => key)).toEqual(['gcp/002_x.sql']);
    expect(refused).toEqual([
      {
        path: 'gcp/001_x.sql',
        key: 'gcp/001_x.sql',
        schema: 'gcp',
        reason: 'it contains a NUL byte, which PostgreSQL does not accept',
        byteOffset: 2,
      },
    ]);
  });

  test('a file that the source could not read keeps its key and the reason', () => {
    const entries: SourceEntry[] = [
      { kind: 'refused', path: 'gcp_001_x.sql', reason: 'it cannot be read: EACCES' },
      { kind: 'refused', path: 'nothing.sql', reason: 'it is not a regular file' },
    ];
    expect(buildSnapshot(entries, all).refused).toEqual([
      {
        path: 'gcp_001_x.sql',
        key: 'gcp/001_x.sql',
        schema: 'gcp',
        reason: 'it cannot be read: EACCES',
        byteOffset: null,
      },
      {
        path: 'nothing.sql',
        key: null,
        schema: null,
        reason: 'it is not a regular file',
        byteOffset: null,
      },
    ]);
  });
});

describe('the revision', () => {
  const files = { 'a/1_x.sql': 'select 1;\nselect 2;\n', 'b/1_x.sql': 'select 3;' };
  const { revision } = snapshotOf(files);

  test('is 64 hex digits and does not depend on the order of the listing', () => {
    expect(revision).toMatch(/^[0-9a-f]{64}$/);
    const backwards = Object.fromEntries(Object.entries(files).reverse());
    expect(snapshotOf(backwards).revision).toBe(revision);
  });

  test.each<[string, Files]>([
    ['an edit', { ...files, 'b/1_x.sql': 'select 4;' }],
    ['a new file', { ...files, 'b/2_x.sql': 'select 4;' }],
    ['a new name', { 'a/1_x.sql': files['a/1_x.sql'], 'b/1_y.sql': 'select 3;' }],
    ['a file that went', { 'a/1_x.sql': files['a/1_x.sql'] }],
    [
      'two contents that changed places',
      { 'a/1_x.sql': 'select 3;', 'b/1_x.sql': files['a/1_x.sql'] },
    ],
    ['a file that is refused', { ...files, 'b/2_x.sql': new Uint8Array([0xff]) }],
    ['a name that is refused', { ...files, 'nothing.sql': 'x' }],
  ])('changes with %s', (_what, changed) => {
    expect(snapshotOf(changed).revision).not.toBe(revision);
  });

  test('changes with the place of the bad byte', () => {
    const early = snapshotOf({ 'a/1_x.sql': Buffer.from([0xff]) });
    const late = snapshotOf({ 'a/1_x.sql': Buffer.from([0x20, 0xff]) });
    expect(early.revision).not.toBe(late.revision);
  });

  test('stays with CRLF, a byte order mark and a last newline', () => {
    const windows = '\ufeffselect 1;\r\nselect 2;\r\n\r\n';
    expect(snapshotOf({ ...files, 'a/1_x.sql': windows }).revision).toBe(revision);
  });

  test('stays with the generation, with ignored files and with --schemas', () => {
    expect(snapshotOf(files, { generation: 'x' }).revision).toBe(revision);
    expect(snapshotOf(files, { schemas: ['a'] }).revision).toBe(revision);
    const entries: SourceEntry[] = [...entriesOf(files), { kind: 'ignored', path: 'README.md' }];
    expect(buildSnapshot(entries, all).revision).toBe(revision);
  });
});

describe('--schemas', () => {
  const files = {
    'aws/1_x.sql': 'a',
    'aws/2_x.sql': new Uint8Array([0xff]),
    'azure/1_x.sql': 'b',
    'gcp/1_x.sql': 'c',
    'nothing.sql': 'd',
  };

  test('leaves the others out, refused files too, and names how many of each', () => {
    const { migrations, refused, leftOut } = snapshotOf(files, { schemas: ['gcp'] });
    expect(migrations.map(({ key }) => key)).toEqual(['gcp/1_x.sql']);
    expect(refused.map(({ path }) => path)).toEqual(['nothing.sql']);
    expect(leftOut).toEqual([
      { schema: 'aws', files: 2 },
      { schema: 'azure', files: 1 },
    ]);
  });

  test('a schema without files in --schemas leaves all files out', () => {
    const { migrations, leftOut } = snapshotOf(files, { schemas: ['oracle'] });
    expect(migrations).toEqual([]);
    expect(leftOut.map(({ schema }) => schema)).toEqual(['aws', 'azure', 'gcp']);
  });

  test('no --schemas leaves nothing out', () => {
    expect(snapshotOf(files).leftOut).toEqual([]);
  });
});

describe('a snapshot warns', () => {
  test('of two files with one number, told once however many there are', () => {
    const { warnings, migrations } = snapshotOf({
      'a/2_x.sql': '1',
      'a/002_a.sql': '2',
      'a/02_z.sql': '3',
      'b/2_x.sql': '4',
    });
    expect(migrations.map(({ key }) => key)).toEqual([
      'a/002_a.sql',
      'a/2_x.sql',
      'a/02_z.sql',
      'b/2_x.sql',
    ]);
    expect(warnings).toEqual([
      'a/002_a.sql and a/2_x.sql have the same number (1 more like them); they are applied in the order of their names',
    ]);
  });

  test.each(['', '\n\n', '-- later', '/* /* nested */ */ -- x', ' ; '])(
    'of a file without a statement: %j',
    (content) => {
      expect(snapshotOf({ 'a/1_x.sql': content }).warnings).toEqual([
        'a/1_x.sql contains no statement: it counts as applied and changes nothing',
      ]);
    },
  );

  test('of nothing where there is nothing', () => {
    expect(snapshotOf({ 'a/1_x.sql': '-- x\nselect 1;', 'a/2_x.sql': '/* open' }).warnings).toEqual(
      [],
    );
  });
});

describe('orderDiffersFromBytes', () => {
  test.each<[string, readonly string[], boolean]>([
    ['numbers with leading zeros', ['a/001_x.sql', 'a/009_x.sql', 'a/010_x.sql'], false],
    ['numbers without', ['a/1_x.sql', 'a/9_x.sql', 'a/10_x.sql'], true],
    ['a late 002b', ['a/002_x.sql', 'a/002b_x.sql', 'a/003_x.sql'], false],
    ['flat keys between a tree', ['gcp/002_x.sql', 'gcp_001_x.sql'], true],
    ['nothing', [], false],
  ])('of %s', (_what, paths, differs) => {
    const files = Object.fromEntries(paths.map((path) => [path, path]));
    expect(snapshotOf(files).orderDiffersFromBytes).toBe(differs);
  });
});

test('ignored files are named, sorted', () => {
  const entries: SourceEntry[] = ['b.md', '.git/', 'a.txt'].map((path) => ({
    kind: 'ignored',
    path,
  }));
  expect(buildSnapshot(entries, all).ignored).toEqual(['.git/', 'a.txt', 'b.md']);
});

test('each file is read in a step of its own, so that others get a turn', () => {
  const files = Object.fromEntries(Array.from({ length: 50 }, (_, at) => [`a/${at}_x.sql`, 'x']));
  const steps = [...buildSnapshotInSteps(entriesOf(files), all)];
  expect(steps.length).toBeGreaterThanOrEqual(50);
});

test('entries may come one by one, with pauses, and their bytes in one place', () => {
  const room = Buffer.alloc(9);
  const files = { 'a/2_x.sql': 'select 2;', 'a/1_x.sql': 'select 1;' };
  function* entries(): Generator<SourceEntry | undefined> {
    for (const [path, text] of Object.entries(files)) {
      yield undefined;
      room.write(text);
      yield { kind: 'file', path, bytes: room };
    }
  }
  const snapshot = finish(buildSnapshotInSteps(entries(), all));
  expect(snapshot).toEqual(snapshotOf(files));
});

test('ten thousand files are sorted without a buffer for each comparison', () => {
  const files = Object.fromEntries(
    Array.from({ length: 10_000 }, (_, at) => [`schema/${at}_a_rather_long_name.sql`, 'select 1;']),
  );
  const entries = entriesOf(files);
  const buffers = vi.spyOn(Buffer, 'from');
  try {
    expect(buildSnapshot(entries, all).migrations).toHaveLength(10_000);
    expect(buffers.mock.calls.length).toBe(0);
  } finally {
    buffers.mockRestore();
  }
});
