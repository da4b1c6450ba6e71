import { expect, test } from 'vitest';
import { sourceRead } from '../../../src/cli/render/words/sentence.js';
import { snapshotOf } from '../../support/memory/snapshot.js';

const goose = '-- +goose Up\nselect 1;\n-- +goose Down\nselect 2;\n';
const plain = 'select 1;\n';

function folder(files: number, odd: number, schema = 'app'): Record<string, string> {
  return Object.fromEntries(
    Array.from({ length: files }, (_, at) => [
      `${schema}/${String(at + 1).padStart(3, '0')}_x.sql`,
      at < odd ? goose : plain,
    ]),
  );
}

test('a folder of another tool is told once, with what to type, and nothing of it is left to run', () => {
  const snapshot = snapshotOf(folder(40, 39));
  expect(snapshot.migrations).toEqual([]);
  expect(snapshot.refused).toHaveLength(40);
  const said = sourceRead({ kind: 'source-read', directory: '/srv/db', snapshot })
    .filter(({ level }) => level === 'error')
    .map(({ text }) => text);
  expect(said).toEqual([
    'app/001_x.sql and 39 other files refused: this is a folder of goose: pgm import /srv/db writes it as files that pgm runs',
  ]);
});

test('a folder of files that would run as they are is told too, if a mark of the tool is in them', () => {
  const committed = (previous: string): string =>
    `--! Previous: ${previous}\n--! Hash: sha1:0\n\n${plain}`;
  const files = {
    'committed/000001.sql': committed('-'),
    'committed/000002.sql': committed('sha1:0'),
  };
  const { migrations, refused } = snapshotOf(files);
  expect(migrations).toEqual([]);
  expect(refused[0]?.reason).toContain('this is a folder of graphile-migrate: pgm import DIR');
  expect(
    snapshotOf({ ...files, 'committed/000003.sql': plain, 'committed/000004.sql': plain }).refused,
  ).toEqual([]);
});

test('a schema of another tool does not keep the others from running', () => {
  const { migrations } = snapshotOf({ ...folder(3, 3), 'gcp/001_x.sql': plain });
  expect(migrations.map(({ key }) => key)).toEqual(['gcp/001_x.sql']);
});

test.each([
  [1, 1],
  [2, 1],
  [3, 1],
  [40, 1],
  [40, 20],
])(
  'of %i files %i of another tool make no folder of it: each is refused when it is read',
  (all, odd) => {
    const { migrations, refused } = snapshotOf(folder(all, odd));
    expect(migrations).toHaveLength(all);
    expect(refused).toEqual([]);
  },
);

test('files that only begin like those of another tool make no folder of it', () => {
  const sql = '-- +goose Up\nselect 1;\n-- migrate the rows\n-- down to here\n';
  expect(snapshotOf({ 'app/001_x.sql': sql, 'app/002_x.sql': sql }).refused).toEqual([]);
});

test('files of a tool that pgm import does not read are refused one by one, each with its place', () => {
  const sql = '-- Up\ncreate table t ();\n-- Down\ndrop table t;\n';
  expect(snapshotOf({ 'app/001_x.sql': sql, 'app/002_x.sql': sql }).refused).toEqual([]);
});
