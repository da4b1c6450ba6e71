import { describe, expect, test } from 'vitest';
import { findingsOf, lintOf } from '../../support/lint.js';

/** Files without content. */
function named(...paths: readonly string[]): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [path, 'SELECT 1;']));
}

describe('numbers', () => {
  test('of several files that are the same are told of each but the first', async () => {
    const three = named('a/1_a.sql', 'a/01_b.sql', 'a/001_c.sql', 'b/1_a.sql');
    const found = await findingsOf(three);
    expect(found.filter((line) => line.endsWith('number-twice'))).toEqual([
      'a/01_b.sql number-twice',
      'a/001_c.sql number-twice',
    ]);
  });

  test('that are the same are told of files that are in place beside a new one only', async () => {
    const both = named('a/1_a.sql', 'a/1_b.sql');
    expect(await findingsOf(both, { applied: both })).toEqual([]);
    expect(await findingsOf(both, { applied: named('a/1_b.sql') })).toEqual([
      'a/1_b.sql number-twice',
    ]);
  });

  test('that sort otherwise by their bytes are told once a schema', async () => {
    const paths = Array.from(
      { length: 25 },
      (_, at) => `${at % 2 === 0 ? 'a' : 'b'}/${at + 1}_x.sql`,
    );
    expect(await findingsOf(named(...paths), { applied: {} })).toEqual([
      'a/11_x.sql byte-order-differs',
      'b/10_x.sql byte-order-differs',
    ]);
  });
});

describe('as keys of a ConfigMap', () => {
  const words = async (...paths: readonly string[]) => {
    const { files } = await lintOf(named(...paths));
    return files.flatMap(({ findings }) =>
      findings.map(({ rule, message, advice }) => [rule, message, advice] as const),
    );
  };

  test('a name is read back as another file, with what to do', async () => {
    const [[rule, message, advice] = []] = await words('app_2/001_a.sql');
    expect([rule, message]).toEqual([
      'name-unfit-for-configmap',
      'app_2/001_a.sql as the key app_2_001_a.sql would be read as app/2_001_a.sql',
    ]);
    expect(advice).toMatch(/^rename the directory so that /);
  });

  test('two names that are the same key are told with the other', async () => {
    const found = await words('app/2_001_a.sql', 'app_2/001_a.sql');
    expect(found.map(([, message]) => message)).toEqual([
      'it and app/2_001_a.sql have the same key in a ConfigMap: app_2_001_a.sql',
    ]);
  });

  test('the same file from a tree and under its key is refused', async () => {
    const found = await words('app/001_a.sql', 'app_001_a.sql');
    expect(found.map(([rule, message]) => [rule, message])).toEqual([
      ['refused', 'it names the same migration as app/001_a.sql; rename one of them'],
    ]);
  });
});

describe('sizes', () => {
  const rows = (bytes: number) => `SELECT 1;\n--${'.'.repeat(bytes - 12)}`;

  test('of a file count what its key takes', async () => {
    const most = 1_048_576 - 16_384 - 'public_001_a.sql'.length;
    expect(await findingsOf({ 'public/001_a.sql': rows(most) })).toEqual([]);
    expect(await findingsOf({ 'public/001_a.sql': rows(most + 1) })).toEqual([
      'public/001_a.sql file-over-configmap-size',
    ]);
  });

  test('of all files are told once, of none of them', async () => {
    const { files } = await lintOf({ 'a/1_a.sql': rows(600_000), 'a/2_b.sql': rows(600_000) });
    expect(files.flatMap(({ key, findings }) => findings.map(({ rule }) => [key, rule]))).toEqual([
      [null, 'source-over-configmap-size'],
    ]);
  });
});
