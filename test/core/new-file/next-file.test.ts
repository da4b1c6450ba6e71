import { describe, expect, test } from 'vitest';
import { type Listing, nextFile, type Wanted } from '../../../src/core/new-file/next-file.js';

const now = { digits: '20261129133011', ms: 1_795_959_011_000 };

function listing(...paths: readonly string[]): Listing {
  const directories = paths.flatMap((path) => (path.includes('/') ? path.replace(/\/.*/, '') : []));
  return { paths: paths.filter((path) => path.endsWith('.sql')), directories };
}

function next(paths: readonly string[], wanted: Partial<Wanted> = {}) {
  const usual = {
    schema: 'gcp',
    name: 'add labels',
    reserved: ['pgm'],
    now,
    taken: new Set<string>(),
  };
  return nextFile(listing(...paths), { ...usual, ...wanted });
}

function pathAfter(paths: readonly string[], wanted: Partial<Wanted> = {}): string {
  const made = next(paths, wanted);
  return made.kind === 'accepted' ? made.value.path : made.reason;
}

const after = (...numbers: readonly string[]): string =>
  pathAfter(numbers.map((number) => `gcp/${number}_a.sql`)).replace(/^gcp\/(\d+)_.*$/, '$1');

describe('the number of a new file', () => {
  test.each([
    [[], '001'],
    [['001'], '002'],
    [['1', '2', '9'], '10'],
    [['001', '003'], '004'],
    [['010'], '020'],
    [['010', '020', '030', '035', '040'], '050'],
    [['10', '20', '30', '35'], '40'],
    [['100', '200'], '300'],
    [['1', '2', '12'], '13'],
    [['001', '101'], '201'],
    [['998', '999'], '1000'],
    [['00000012'], '00000013'],
  ])('after %j is %s', (numbers, expected) => {
    expect(after(...numbers)).toBe(expected);
  });

  test.each([
    ['20240101', '20261129'],
    ['202401010000', '202611291330'],
    ['20240101000000', '20261129133011'],
    ['20261129133011', '20261129133012'],
    ['20991231235959', '21000101000000'],
    ['20280228', '20280229'],
    ['20290228', '20290301'],
    ['1700000000', '1795959011'],
    ['1700000000000', '1795959011000'],
    // Not in the future of anybody: a day and a counter.
    ['2024010101', '2024010102'],
  ])('after the time %s is %s', (last, expected) => {
    expect(after('001', last)).toBe(expected);
  });

  test('is not one that somebody else is about to use', () => {
    expect(pathAfter(['gcp/001_a.sql'], { taken: new Set(['002', '003']) })).toBe(
      'gcp/004_add_labels.sql',
    );
  });

  test('counts files that pgm refuses for another reason', () => {
    expect(pathAfter(['gcp/001_a.sql', 'gcp/002_a.down.sql'])).toMatch(/^gcp\/003_/);
  });

  test('past 999 says that ls shows it first', () => {
    const made = next(['gcp/999_a.sql']);
    expect(made).toMatchObject({ value: { path: 'gcp/1000_add_labels.sql', sortsBefore: true } });
    expect(next(['gcp/099_a.sql'])).toMatchObject({ value: { sortsBefore: false } });
  });
});

describe('the name of a new file has the style of the others', () => {
  test.each([
    [['gcp/001_a_b.sql'], 'Add labels', 'gcp/002_add_labels.sql'],
    [['gcp/001-a-b.sql', 'gcp/002-c.sql'], 'add_labels', 'gcp/003-add-labels.sql'],
    [['gcp/001_AddTable.sql', 'gcp/002_AddView.sql'], 'add labels', 'gcp/003_AddLabels.sql'],
    [['gcp/001_Add_Table.sql'], 'add labels', 'gcp/002_Add_Labels.sql'],
    [['gcp/001__A_B.sql'], 'addLabels', 'gcp/002__ADD_LABELS.sql'],
    [['gcp/1.a_b.sql'], 'add labels.sql', 'gcp/2.add_labels.sql'],
    [[], 'Add  labels', 'gcp/001_Add_labels.sql'],
    [['gcp/001_a.sql'], '2fa tables', 'gcp/002_2fa_tables.sql'],
  ])('%j: %s becomes %s', (paths, name, expected) => {
    expect(pathAfter(paths, { name })).toBe(expected);
  });
});

describe('the place of a new file', () => {
  test.each([
    [['gcp_001_a.sql'], 'gcp', 'gcp_002_add_labels.sql'],
    [['aws_001_a.sql'], 'gcp', 'gcp_001_add_labels.sql'],
    [['001_a.sql'], 'public', '002_add_labels.sql'],
    [['001_a.sql'], 'gcp', 'gcp/001_add_labels.sql'],
    [['aws_001_a.sql', 'gcp/'], 'gcp', 'gcp/001_add_labels.sql'],
    [['my_app_010_a.sql', 'my_app_020_a.sql'], 'my_app', 'my_app_030_add_labels.sql'],
    [['aws/010_a.sql', 'aws/020_a.sql'], 'gcp', 'gcp/010_add_labels.sql'],
    [['aws/20240101000000_a.sql'], 'gcp', 'gcp/20261129133011_add_labels.sql'],
    [['aws/0037_a.sql', 'aws/0038_a.sql'], 'gcp', 'gcp/0001_add_labels.sql'],
  ])('%j: of %s is %s', (paths, schema, expected) => {
    expect(pathAfter(paths, { schema })).toBe(expected);
  });

  test('a new schema is noted, with the one that was probably meant', () => {
    const notesOn = (schema: string, ...paths: readonly string[]): unknown => {
      const made = next(paths, { schema });
      return made.kind === 'accepted' ? made.value.notes : made;
    };
    expect(notesOn('gpc', 'gcp/001_a.sql', 'aws/001_a.sql')).toEqual([
      'gpc is a new schema beside aws, gcp; did you mean gcp?',
    ]);
    expect(notesOn('oracle', 'gcp/001_a.sql')).toEqual(['oracle is a new schema beside gcp']);
    expect(notesOn('gcp', 'gcp/', 'aws/001_a.sql')).toEqual([]);
    expect(notesOn('gcp')).toEqual([]);
  });
});

describe('refused with the rule', () => {
  test.each([
    ['a/b', /cannot contain a slash/],
    ['007_x', /leave out 007/],
    ['007', /leave out 007/],
    ['', /use letters and digits/],
    ['--', /use letters and digits/],
    ['größe', /cannot be a ConfigMap key/],
    ["x'; drop", /cannot be a ConfigMap key/],
    ['x.down', /undoes a migration/],
    ['x'.repeat(250), /Kubernetes allows 253/],
  ])('the name %s', (name, rule) => {
    expect(next([], { name }).kind).toBe('refused');
    expect(pathAfter([], { name })).toMatch(rule);
  });

  test.each([
    ['pgm', /keeps its history/],
    ['pg_x', /reserved/],
    ['a b', /not a valid schema name/],
    ['x'.repeat(64), /63 bytes/],
    ['app_2', /rename the directory/],
  ])('the schema %s', (schema, rule) => {
    expect(next([], { schema }).kind).toBe('refused');
    expect(pathAfter([], { schema })).toMatch(rule);
  });

  test('a place in which it would undo another file', () => {
    const made = pathAfter(['deploy/001_x.sql'], { schema: 'revert', name: 'x' });
    expect(made).toMatch(/^pgm would refuse revert\/001_x.sql: it undoes deploy\/001_x.sql/);
  });

  test('a schema whose files have no numbers', () => {
    expect(pathAfter(['gcp/V1__init.sql'])).toMatch(/^gcp\/V1__init.sql has no number/);
  });

  test('no schema whose files could not be keys already', () => {
    expect(pathAfter(['größe/001_a.sql'], { schema: 'größe' })).toBe('größe/002_add_labels.sql');
  });
});
