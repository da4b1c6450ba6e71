import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { documentOf, type Fleet, makeFleet, statesIn } from '../../fleet/fleet-bench.js';
import { Kubelet } from '../../support/kubelet.js';
import { RunningPgm } from '../../support/pgm.js';
import { asAdmin } from '../../support/server.js';
import { inCi } from '../../support/sweep.js';
import { effectFiles, expectNobodyLeftIn, expectOnceEverywhere, firstFiles } from './effects.js';

const names = Array.from({ length: 16 }, (_, at) => `t-${at}`);
const first = names[0] ?? '';

let fleet: Fleet;
let list: string;
/** Every effect that the tests before this one have made everywhere. */
const made: number[] = [];

beforeAll(async () => {
  fleet = await makeFleet(names, firstFiles);
  list = await fleet.list('all', names);
});
afterAll(() => fleet.remove());

/** Adds files with the next numbers, which are then `made` by the test that asks. */
async function addEffects(many: number): Promise<readonly string[]> {
  const next = Array.from({ length: many }, (_, at) => made.length + at + 1);
  made.push(...next);
  const files = effectFiles(next);
  await fleet.tree.write(files);
  return Object.keys(files);
}

const begin = (args: readonly string[]) =>
  new RunningPgm(['fleet', 'migrate', '--dir', fleet.tree.directory, '--verbose', ...args]);

const rounds = inCi ? 12 : 4;

test('killed with -9 after its first file, its second, and so on: each target has each effect once, and none is forgotten', async () => {
  for (let round = 1; round <= rounds; round += 1) {
    await addEffects(2);
    const running = begin(['--targets', list, '--per-server', '3']);
    // Not at the same place each time: two files a target make 32 such lines.
    let from = 0;
    const lines = Math.ceil((round * 30) / rounds);
    for (let seen = 0; seen < lines; seen += 1) {
      from = await running.printed(/a\/\d+\.sql applied/, from);
    }
    const { signal } = await running.stop('SIGKILL');
    expect(signal).toBe('SIGKILL');
  }
  const again = await fleet.run(['migrate', '--targets', list, '--json']);
  expect(again.exitCode, again.stderr).toBe(0);
  await expectOnceEverywhere(fleet, names, made);
  await expectNobodyLeftIn(fleet, first);
});

test('two runs at once: each target has each effect once, and each file is told by the run that applied it, and by no other', async () => {
  const keys = await addEffects(3);
  const args = ['--targets', list, '--per-server', '8', '--json'];
  const both = [begin(args), begin(args)];
  const ended = await Promise.all(both.map(({ finished }) => finished));
  expect(ended.map(({ exitCode }) => exitCode)).toEqual([0, 0]);
  const told = ended.flatMap((each) =>
    documentOf(each).targets.flatMap(({ name, applied }) => applied.map((key) => `${name} ${key}`)),
  );
  expect(told.toSorted()).toEqual(
    names.flatMap((name) => keys.map((key) => `${name} ${key}`)).toSorted(),
  );
  await expectOnceEverywhere(fleet, names, made);
});

test('ten of sixteen connections refused (53300): what is refused is tried again, each target once', async () => {
  const role = `fleet_limited_${randomBytes(4).toString('hex')}`;
  await asAdmin(async (admin) => {
    await admin.unsafe(`create role ${role} login superuser password '${role}'`);
  });
  try {
    // A superuser is not limited, so it gets what the files need and nothing else.
    await asAdmin(async (admin) => {
      await admin.unsafe(`alter role ${role} nosuperuser connection limit 6`);
    });
    for (const name of names) {
      await fleet.ask(name, async (sql) => {
        await sql.unsafe(`grant usage on schema pgm to ${role}; grant all on all tables in schema pgm to ${role};
          grant all on all sequences in schema pgm to ${role}; grant all on effects to ${role}`);
      });
    }
    const keys = await addEffects(2);
    const lines = names.map(
      (name) => `${name}=${fleet.urlOf(name, { user: role, password: role })}`,
    );
    const limited = await fleet.write('limited', lines.join('\n'));
    const args = ['--targets', limited, '--per-server', '16', '--json'];
    const ran = await begin(args).finished;
    const { targets } = documentOf(ran);
    expect(targets.map(({ state, reason, applied }) => ({ state, reason, applied }))).toEqual(
      names.map(() => ({ state: 'done', reason: null, applied: keys })),
    );
    expect(ran.exitCode, ran.stderr).toBe(0);
    expect(ran.stderr).toMatch(/is tried again at the end of its wave: .*too many connections/);
    await expectOnceEverywhere(fleet, names, made);
  } finally {
    for (const name of names) {
      await fleet.ask(name, (sql) => sql.unsafe(`drop owned by ${role} cascade`));
    }
    await asAdmin((admin) => admin.unsafe(`drop role ${role}`));
  }
});

test('a list that changes while a run is under way: that run keeps to the list it has read, and the next takes the new one', async () => {
  await addEffects(1);
  const some = names.slice(0, 4);
  const path = await fleet.list('changing', some);
  const running = begin(['--targets', path, '--parallel', '1', '--json']);
  await running.printed(/a\/\d+\.sql applied/);
  await fleet.list('changing', names.slice(3));
  const ran = await running.finished;
  expect(statesIn(ran)).toEqual(Object.fromEntries(some.map((name) => [name, 'done'])));
  const next = await fleet.run(['migrate', '--targets', path, '--json']);
  expect(statesIn(next)).toEqual(
    Object.fromEntries(names.slice(3).map((name, at) => [name, at === 0 ? 'up-to-date' : 'done'])),
  );
  await expectOnceEverywhere(fleet, names, made);
});

test('a mounted Secret that is rotated while a run is under way: who was refused is tried again with the new password', async () => {
  await addEffects(1);
  const [one, two, three] = names as [string, string, string];
  const wrong = fleet.urlOf(two, { password: 'hush' });
  const secret = { [one]: fleet.urlOf(one), [two]: wrong, [three]: fleet.urlOf(three) };
  const kubelet = Kubelet.mount(`${fleet.home}/secret`, secret);
  const running = begin(['--targets', kubelet.directory, '--parallel', '1', '--json']);
  await running.printed(new RegExp(`${two} is tried again`));
  kubelet.swap({ ...secret, [two]: fleet.urlOf(two) });
  const ran = await running.finished;
  expect(statesIn(ran)).toEqual({ [one]: 'done', [two]: 'done', [three]: 'done' });
  expect(ran.exitCode).toBe(0);
  expect((await fleet.run(['migrate', '--targets', list])).exitCode).toBe(0);
  await expectOnceEverywhere(fleet, names, made);
});
