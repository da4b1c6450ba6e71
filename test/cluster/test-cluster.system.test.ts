import { afterEach, describe, expect, test } from 'vitest';
import { inCi } from '../support/sweep.js';
import { Replay, type Played } from './replay.js';
import {
  type Answer,
  beginning,
  checks,
  context,
  created,
  deleted,
  ending,
  found,
  green,
  namespace,
  ours,
  rollout,
} from './tape.js';

let replays: Replay[] = [];

afterEach(async () => {
  for (const replay of replays) {
    replay.child.kill('SIGKILL');
    await replay.finished;
    replay.remove();
  }
  replays = [];
});

function start(tape: readonly Played[], ...flags: readonly string[]): Replay {
  const replay = new Replay(tape, ...flags);
  replays.push(replay);
  return replay;
}

async function run(tape: readonly Played[], ...flags: readonly string[]) {
  const replay = start(tape, ...flags);
  const exitCode = await replay.finished;
  expect(replay.unexpected).toBe('');
  return { replay, exitCode, lines: replay.output.trimEnd().split('\n') };
}

const callsOf = (tape: readonly Played[]): readonly string[] => tape.map(({ call }) => call);
/** Without those that were asked again. */
const once = (calls: readonly string[]): readonly string[] =>
  calls.filter((call, index) => call !== calls[index - 1]);

describe('a cluster in which all is fine', () => {
  test('is asked what was recorded, call for call, and makes 14 of 14', async () => {
    const { replay, exitCode, lines } = await run(green);
    expect(once(replay.calls)).toEqual(once(callsOf(green)));
    expect(exitCode).toBe(0);
    const [head, ...told] = lines;
    expect(head).toMatch(/^context kind-test, namespace pgm-test-cluster, image postgres-manager:/);
    const numbers = told.slice(0, -1).map((line) => /^ok +(\d+) .* \(\d+\.\d s\)$/.exec(line)?.[1]);
    expect(numbers).toEqual(checks.map((_, index) => String(index + 1)));
    expect(told.at(-1)).toBe('14 of 14');
  });

  test('gets a restricted namespace with the label by which the test knows its own', async () => {
    const { replay } = await run(green);
    expect(JSON.parse(replay.inputs[0] ?? '')).toEqual({
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: {
        name: namespace,
        labels: { ...ours, 'pod-security.kubernetes.io/enforce': 'restricted' },
      },
    });
  });

  test('gets passwords over stdin only, another one when it is rotated', async () => {
    const { replay } = await run(green);
    const texts = replay.inputs.join('\n');
    const passwords = [...texts.matchAll(/"password":"([0-9a-f]{48})"/g)].map(([, each]) => each);
    expect(new Set(passwords).size).toBe(3);
    expect(replay.calls.join('\n')).not.toMatch(/[0-9a-f]{48}/);
    expect(replay.output).not.toMatch(/[0-9a-f]{48}/);
  });

  test('gets the files one by one, none when the map is emptied, and all of them back', async () => {
    const { replay } = await run(green);
    const maps = replay.inputs
      .flatMap((text) => (JSON.parse(text) as { readonly items?: readonly Item[] }).items ?? [])
      .filter(({ kind }) => kind === 'ConfigMap');
    expect(maps.map(({ data = {} }) => Object.keys(data).length)).toEqual([
      ...[3, 3, 4, 4, 5, 6],
      ...[0, 6, 6, 2],
    ]);
    const last = maps.at(-1);
    expect([last?.metadata.name, Object.keys(last?.data ?? {})]).toEqual([
      'postgres-migrations-ci',
      ['gcp_001_x.sql', 'gcp_002_x.sql'],
    ]);
  });
});

interface Item {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly data?: Readonly<Record<string, string>>;
}

interface Red {
  readonly number: number;
  /** The entry of the check whose answer it takes the place of. */
  readonly at: number;
  readonly red: Answer;
}

const reds = checks.flatMap((entries, index) =>
  entries.flatMap(({ reds: answers = [] }, at) =>
    answers.map((red): Red => ({ number: index + 1, at, red })),
  ),
);
const firsts = reds.filter(({ number }, index) => number !== reds[index - 1]?.number);
const tried = (inCi ? reds : firsts).map((red) => [red.number, red.red.told, red] as const);

/** All is fine but for one answer. */
function redTape({ number, at, red }: Red): readonly Played[] {
  const played = checks.map((entries, index) =>
    index + 1 === number ? entries.with(at, { ...entries[at]!, ...red }) : entries,
  );
  return [...beginning, ...played.flat(), ...ending];
}

describe.concurrent('a cluster in which one thing is wrong', () => {
  test('can make each check red', () => {
    expect(firsts.map(({ number }) => number)).toEqual(checks.map((_, index) => index + 1));
  });

  test.each(tried)('check %i fails: %s', async (number, told, wrong) => {
    const replay = new Replay(redTape(wrong));
    const exitCode = await replay.finished;
    const { unexpected, output, calls } = replay;
    replay.remove();
    expect(unexpected).toBe('');
    const failed = [...output.matchAll(/^FAILED +(\d+) (.*)$/gm)];
    const { also } = wrong.red;
    expect(failed.map(([, each]) => Number(each))).toEqual([
      number,
      ...(also === undefined ? [] : [also]),
    ]);
    expect(failed[0]?.[2]).toMatch(told);
    expect(output).toContain(`\n${number === 1 ? 0 : checks.length - failed.length} of 14`);
    expect(exitCode).toBe(1);
    expect(calls.at(-1)).toBe(deleted.call);
  });
});

describe('the namespace', () => {
  test.each([
    ['without labels', {}],
    ['of somebody else', { 'app.kubernetes.io/managed-by': 'Helm' }],
  ])('%s is refused before anything is done', async (_, labels) => {
    const { replay, exitCode } = await run([context, found(labels)]);
    expect(replay.calls).toEqual(callsOf([context, found()]));
    expect(exitCode).toBe(2);
    expect(replay.output).toContain(`the namespace ${namespace} was not created by this test`);
  });

  test('of an earlier run is deleted first, with all that is in it', async () => {
    const tape = [context, found(ours), deleted, ...green.slice(2)];
    const { replay, exitCode } = await run(tape);
    expect(once(replay.calls).slice(0, 4)).toEqual(callsOf([context, found(), deleted, created]));
    expect(exitCode).toBe(0);
  });

  test('that somebody makes in the meantime is theirs, and is not deleted', async () => {
    const answer =
      'Error from server (AlreadyExists): namespaces "pgm-test-cluster" already exists';
    const { replay, exitCode } = await run([
      context,
      found(),
      { ...created, answer, code: 1 },
      found({}),
    ]);
    expect(replay.calls.at(-1)).toBe(found().call);
    expect(exitCode).toBe(1);
    expect(replay.output).toContain('AlreadyExists');
  });

  test('that cannot be deleted is a failure, with the command that does it', async () => {
    const answer = 'error: timed out waiting for the condition on namespaces/pgm-test-cluster';
    const { replay, exitCode } = await run([
      ...green.slice(0, -1),
      { ...deleted, answer, code: 1 },
    ]);
    expect(exitCode).toBe(1);
    expect(replay.output).toContain('14 of 14');
    expect(replay.output).toMatch(
      /still there: .*; try kubectl --context kind-test delete namespace/,
    );
  });

  test('stays with --keep', async () => {
    const { replay, exitCode } = await run(green, '--keep');
    expect(replay.calls).not.toContain(deleted.call);
    expect(exitCode).toBe(0);
    expect(replay.output).toContain(
      `kept: kubectl --context kind-test delete namespace ${namespace}`,
    );
  });
});

describe('a signal', () => {
  const isRollout = ({ call }: Played): boolean => call.endsWith(rollout);
  const tape = green.map((entry) => (isRollout(entry) ? { ...entry, hangs: true } : entry));
  const waiting = (replay: Replay) =>
    expect.poll(() => replay.calls.at(-1)).toMatch(/rollout status/);

  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const)(
    '%s to the whole process group ends kubectl and deletes the namespace',
    async (signal, code) => {
      const replay = start(tape);
      await waiting(replay);
      process.kill(-replay.child.pid!, signal);
      expect(await replay.finished).toBe(code);
      expect(replay.calls.at(-1)).toMatch(/delete namespace pgm-test-cluster --wait=true/);
      expect(replay.output).toContain(`stopped by ${signal}`);
    },
  );

  test('a second one leaves everything as it is', async () => {
    const hanging = tape.map((entry) => (entry === deleted ? { ...entry, hangs: true } : entry));
    const replay = start(hanging);
    await waiting(replay);
    process.kill(replay.child.pid!, 'SIGINT');
    await expect.poll(() => replay.calls.at(-1)).toBe(deleted.call);
    process.kill(replay.child.pid!, 'SIGINT');
    expect(await replay.finished).toBe(130);
  });
});

describe('what nobody can begin with', () => {
  test('no current context', async () => {
    const answer = 'error: current-context is not set';
    const { replay, exitCode } = await run([{ ...context, answer, code: 1 }]);
    expect([replay.calls, exitCode]).toEqual([[context.call], 2]);
    expect(replay.output).toContain('current-context is not set');
  });

  test.each([
    [['--hold', 'soon'], 'soon is not a duration'],
    [['--image', 'postgres-manager'], 'postgres-manager is not an image with a tag or a digest'],
    [['--context', 'x'], "Unknown option '--context'"],
  ])('%j', async (flags, told) => {
    const { replay, exitCode } = await run([], ...flags);
    expect([replay.calls, exitCode]).toEqual([[], 2]);
    expect(replay.output).toContain(told);
  });

  test('--help asks nothing', async () => {
    const { replay, exitCode } = await run([], '--help');
    expect([replay.calls, exitCode]).toEqual([[], 0]);
    expect(replay.output).toContain('--keep');
  });
});
