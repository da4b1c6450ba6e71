import { describe, expect, test } from 'vitest';
import { type Files, type Trial, useTrials } from '../faults/trial.js';
import { startFiles } from '../support/run.js';

const begin = useTrials();

/** What a run over these files tells to have come late. */
async function outOfOrder({ target }: Trial, files: Files): Promise<readonly string[]> {
  const { details } = await startFiles(files, target, { detailed: true }).finished;
  return (details ?? []).filter((status) => status.outOfOrder).map(({ key }) => key);
}

describe('out of order, as the history tells it to a later run', () => {
  test('is what came after a later one, for good', async () => {
    const trial = await begin();
    const early = { 'a/001_x.sql': 'select 1;', 'a/003_x.sql': 'select 3;' };
    await trial.run(early);
    const files = { ...early, 'a/002_x.sql': 'select 2;' };
    const late = await trial.run(files);
    expect(late.report.applied).toMatchObject([{ key: 'a/002_x.sql', outOfOrder: true }]);
    expect(await outOfOrder(trial, files)).toEqual(['a/002_x.sql']);
    const again = await trial.run({ ...files, 'a/002_x.sql': 'select 22;' });
    expect(again.report.applied, 'is no news').toMatchObject([{ outOfOrder: false }]);
    expect(await outOfOrder(trial, { ...files, 'a/002_x.sql': 'select 22;' })).toEqual([
      'a/002_x.sql',
    ]);
  });

  test('is what failed first and was fixed after a later one', async () => {
    const trial = await begin();
    const files = { 'a/001_x.sql': 'select 1;', 'a/002_x.sql': 'select 2;' };
    await trial.run({ ...files, 'a/001_x.sql': 'select nonsense;' });
    await trial.run(files);
    expect(await outOfOrder(trial, files)).toEqual(['a/001_x.sql']);
  });

  test('is not what was edited and ran again, nor what failed before later ones came', async () => {
    const trial = await begin();
    const [first, second] = ['a/001_x.sql', 'a/002_x.sql'];
    await trial.run({ [first]: 'select nonsense;' });
    await trial.run({ [first]: 'select 1;' });
    await trial.run({ [first]: 'select 1;', [second]: 'select 2;' });
    expect(await outOfOrder(trial, { [first]: 'select 11;', [second]: 'select 2;' })).toEqual([]);
  });
});
