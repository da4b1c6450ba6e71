import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runCheck } from '../../../src/cli/process/check-command.js';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'pgm-test-check-'));
});
afterAll(() => rm(home, { recursive: true }));

const never = new AbortController().signal;

test.each([
  ['true', null],
  ['test "$FLEET_WAVE" = rest', null],
  ['exit 7', '--check-command exited with 7'],
  ['kill -9 $$', '--check-command was ended by SIGKILL'],
])('%s: %j', async (command, told) => {
  expect(await runCheck(command, 'rest', never)).toBe(told);
});

test('a signal ends what the command has started too', async () => {
  const [begun, ended] = [join(home, 'begun'), join(home, 'ended')];
  const started = `trap 'touch ${ended}; exit' TERM; touch ${begun}; while :; do sleep 0.1; done`;
  const stop = new AbortController();
  const check = runCheck(`sh -c "${started}"; true`, 'rest', stop.signal);
  await expect.poll(() => existsSync(begun)).toBe(true);
  stop.abort();
  expect(await check).toBe('it was told to stop');
  await expect.poll(() => existsSync(ended)).toBe(true);
});

test('a command is not begun once it was told to stop', async () => {
  expect(await runCheck(`touch ${join(home, 'made')}`, 'rest', AbortSignal.abort())).toBe(
    'it was told to stop',
  );
  expect(existsSync(join(home, 'made'))).toBe(false);
});
