import { expect, test } from 'vitest';
import { importedTools } from '../../src/core/moving/recognise/candidate.js';
import { options } from '../../src/cli/config/table/options.js';
import { folders } from './folders.js';
import { known, seenFrom, texts } from './understood.js';

test.each(folders)(
  '$tool $variant: recognised, every file understood, in the order of the tool',
  async (sample) => {
    const { tool, files, folder, written } = sample;
    const result = await known(seenFrom(files, folder));
    expect(result.plan.tool.folder.word).toBe(tool);
    expect(result.unclear).toEqual([]);
    expect(result.files.map(({ to }) => to)).toEqual(written.map((name) => `public/${name}`));
  },
);

test('--tool takes every tool that is imported, and each of them has a folder here', () => {
  const words = importedTools().map(({ folder }) => folder.word);
  expect([...new Set(folders.map(({ tool }) => tool))].sort()).toEqual([...words].sort());
  for (const word of words) {
    expect(options.moving.tool.parse(word)).toEqual({ kind: 'accepted', value: word });
  }
});

test('a reworked change of sqitch has its old script first', async () => {
  const sample = folders.find(({ tool }) => tool === 'sqitch');
  const { files } = await known(sample?.files ?? {});
  expect(files.map(({ from }) => from).slice(1, 3)).toEqual([
    'deploy/fn/greet@v1.sql',
    'deploy/fn/greet.sql',
  ]);
});

test('lines that Liquibase is told to ignore are left out', async () => {
  const sql = `--liquibase formatted sql
--changeset a:1
--ignoreLines:1
select 'one ignored';
select 1;
--ignoreLines:start
select 'all ignored';
select 'all ignored';
--ignoreLines:end
select 2;
`;
  const [only] = Object.values(texts(await known({ 'a.sql': sql })));
  expect(only).toBe('select 1;\nselect 2;\n');
});
