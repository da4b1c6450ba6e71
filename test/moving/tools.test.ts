import { expect, test } from 'vitest';
import { importedTools } from '../../src/core/moving/recognise.js';
import { options } from '../../src/cli/config/table/options.js';
import { folders } from './folders.js';
import { known, seenFrom } from './understood.js';

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
