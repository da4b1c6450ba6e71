import { describe, expect, test } from 'vitest';
import { flatKey } from '../../../src/core/configmap/configmap-key.js';
import { yamlName } from '../../../src/core/configmap/configmap-scalar.js';
import {
  compareConfigMaps,
  isSame,
  partsOf,
} from '../../../src/core/configmap/configmap-compare.js';
import { fullAt, isPartOf, planConfigMaps } from '../../../src/core/configmap/configmap.js';
import { buildSnapshot } from '../../../src/core/files/snapshot.js';

describe('a key', () => {
  test('is the flat name', () => {
    expect(flatKey('gcp', '001_x.sql')).toEqual({ kind: 'accepted', value: 'gcp_001_x.sql' });
    expect(flatKey('my_app', '1-x.y.sql')).toEqual({ kind: 'accepted', value: 'my_app_1-x.y.sql' });
  });

  test.each([
    ['gcp', '001_é x.sql', 'rename it, for example to gcp/001_e_x.sql'],
    ['a$', '001_x.sql', 'rename it, for example to a_/001_x.sql'],
    ['my_2', '001_x.sql', 'would be read as my/2_001_x.sql: rename the directory'],
    ['gcp', '001.x_5.sql', 'would be read as no migration: rename the file'],
    ['gcp', '002b_x_2.sql', 'would be read as gcp_002b_x/2.sql: rename the file'],
    ['gcp', `1_${'x'.repeat(260)}.sql`, 'Kubernetes allows 253: shorten the name'],
  ])('is refused for %s/%s, saying how to rename', (schema, filename, words) => {
    const key = flatKey(schema, filename);
    expect(key.kind === 'refused' && key.reason).toContain(words);
  });

  test('may have 253 characters', () => {
    expect(flatKey('gcp', `1_${'x'.repeat(243)}.sql`).kind).toBe('accepted');
    expect(flatKey('gcp', `1_${'x'.repeat(244)}.sql`).kind).toBe('refused');
  });
});

describe('a plan', () => {
  const plan = (...paths: string[]) => planAs('m', 'x', paths);
  const planAs = (name: string, text: string, paths: readonly string[]) => {
    const entries = paths.map((path) => ({ kind: 'file' as const, path, bytes: Buffer.from('x') }));
    const options = { schemas: null, reserved: [], generation: null, swappedAt: null };
    return planConfigMaps(buildSnapshot(entries, options), () => text, { name, namespace: 'n' });
  };

  test('fills a map up to its last byte, keys counted, and goes on in the next', () => {
    const paths = ['a/1.sql', 'a/2.sql', 'a/3.sql'];
    const third = 'x'.repeat(fullAt / 3 - 'a_1.sql'.length);
    const bytesOf = (text: string): unknown => {
      const made = planAs('m', text, paths);
      return made.kind === 'maps' && made.maps.map(({ bytes }) => bytes);
    };
    expect(bytesOf(third)).toEqual([fullAt]);
    expect(bytesOf(`${third}x`)).toEqual([(fullAt * 2) / 3 + 2, fullAt / 3 + 1]);
  });

  test('counts the bytes of a file that is too large, not its characters', () => {
    expect(planAs('m', 'é'.repeat(fullAt / 2), ['a/1.sql'])).toEqual({
      kind: 'refused',
      problems: [
        `a_1.sql has ${fullAt + 7} bytes; a ConfigMap can hold ${fullAt} (1048576 less 16384 for metadata): split it into several files`,
      ],
    });
  });

  test('refuses a name that is too long with the number of a later map behind it', () => {
    const half = 'x'.repeat(fullAt / 2);
    const paths = ['a/1_x.sql', 'a/2_x.sql', 'a/3_x.sql'];
    const name = 'm'.repeat(252);
    expect(planAs(name, 'x', paths).kind).toBe('maps');
    expect(planAs(name.slice(1), half, paths).kind).toBe('maps');
    expect(planAs(name, half, paths)).toEqual({
      kind: 'refused',
      problems: [expect.stringMatching(/^m+-3 would be the last of 3 maps.* --name$/)],
    });
  });

  test('names both files that would be one key', () => {
    expect(plan('a/b_001.sql', 'a_b/001.sql')).toEqual({
      kind: 'refused',
      problems: [
        'a/b_001.sql and a_b/001.sql would both become the key a_b_001.sql: rename one of them',
      ],
    });
  });

  test('has every problem at once', () => {
    const { problems } = plan('a/x.sql', 'b/1_é.sql', 'c_3/1_x.sql') as {
      readonly problems: readonly string[];
    };
    expect(problems).toHaveLength(3);
    expect(problems[0]).toContain('a/x.sql is refused: the file name must start with a number');
  });

  test('sorts the keys byte by byte', () => {
    const made = plan('b/1_x.sql', 'a/10_x.sql', 'a/9_x.sql', 'A/1_x.sql');
    expect(made.kind === 'maps' && made.maps[0]?.entries.map(({ key }) => key)).toEqual([
      ...['A_1_x.sql', 'a_10_x.sql', 'a_9_x.sql', 'b_1_x.sql'],
    ]);
  });
});

test('the parts of a tree are known by their names', () => {
  const found = ['m', 'm-2', 'm-10', 'm-1', 'm-02', 'mm', 'm-2-x'].filter((name) =>
    isPartOf(name, 'm'),
  );
  expect(found).toEqual(['m', 'm-2', 'm-10']);
});

test('a difference names each key that was added, removed or changed', () => {
  const values = (texts: Record<string, string>) =>
    new Map(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text)]));
  const found = [
    { name: 'm', values: values({ a: '1', b: '2' }) },
    { name: 'm-2', values: values({ c: '3' }) },
    { name: 'other', values: values({ z: '0' }) },
  ];
  const wanted = (texts: Record<string, string>) => [
    {
      ...{ name: 'm', namespace: 'n', revision: '', bytes: 0 },
      entries: Object.entries(texts).map(([key, text]) => ({ key, text })),
    },
  ];
  const parts = partsOf(found, 'm');
  const same = compareConfigMaps(wanted({ a: '1', b: '2', c: '3' }), parts);
  expect(isSame(same)).toBe(true);
  const difference = compareConfigMaps(wanted({ b: '2 ', c: '3', d: '4' }), parts);
  expect(difference).toEqual({ added: ['d'], removed: ['a'], changed: ['b'] });
  expect(isSame(difference)).toBe(false);
});

test('a key that two maps hold differently is changed, whichever of them comes first', () => {
  const [right, wrong] = ['1', '2'].map((text) => new Map([['a', Buffer.from(text)]]));
  const entries = [{ key: 'a', text: '1' }];
  const wanted = [{ name: 'm', namespace: 'n', revision: '', bytes: 2, entries }];
  const found = [
    { name: 'm', values: wrong! },
    { name: 'm-2', values: right! },
  ];
  for (const maps of [found, found.toReversed()]) {
    expect(compareConfigMaps(wanted, maps)).toEqual({ added: [], removed: [], changed: ['a'] });
  }
  const twice = [found[1]!, { name: 'm-3', values: right! }];
  expect(isSame(compareConfigMaps(wanted, twice))).toBe(true);
});

test.each([
  ['postgres-migrations', 'postgres-migrations'],
  ['1e3', '"1e3"'],
  ['true', '"true"'],
  ['y', '"y"'],
])('the name %s is written %s', (name, written) => {
  expect(yamlName(name)).toBe(written);
});
