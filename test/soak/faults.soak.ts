import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readSource } from '../../src/source/read-source.js';
import { until } from '../support/http.js';
import { inCi } from '../support/sweep.js';
import { faults } from './faults.js';
import { expectMounted, expectNoSession, expectWholeSoFar } from './invariants.js';
import { Listener } from './listener.js';
import { quantile } from './prober.js';
import { repeatableChance } from '../support/memory/chance.js';
import { between, draw } from './random.js';
import { openScene, type Scene } from './scene.js';
import { now } from './sidecar.js';
import { canary } from './story.js';

/** Draws the same faults and swaps again; between what they meet, time decides. */
const seed = Number(process.env['PGM_SOAK_SEED'] ?? randomInt(2 ** 31));
const seconds = Number(process.env['PGM_SOAK_SECONDS'] ?? 600);

/**
 * What a probe waits at most, I6; what pgm takes to be in step again, I7; what a new process takes to its first answer.
 * CI, whose machine is busy with other things, only prints the figures, and ends a run that hangs.
 */
const most = inCi
  ? { livenessMs: Infinity, convergedMs: 240_000, startMs: Infinity }
  : { livenessMs: 250, convergedMs: 60_000, startMs: 10_000 };

say(`PGM_SOAK_SEED=${seed} PGM_SOAK_SECONDS=${seconds}`);

test(
  `${seconds} s of swaps and faults at random (PGM_SOAK_SEED=${seed})`,
  { timeout: (seconds + 600) * 1_000 },
  async () => {
    const scene = await openScene(seed, seed % 2 === 0 ? 'url-file' : 'passfile');
    const listener = new Listener(scene);
    try {
      await scene.sidecar.start();
      listener.begin();
      const tally = await makeTrouble(scene);
      const tookMs = await converge(scene);
      const applied = await expectWholeSoFar(scene.server, scene.story);
      await expectMounted(scene.server, scene.story);
      await listener.end();
      await scene.prober.close();
      expect(await scene.sidecar.end('SIGTERM')).toBe(0);
      await expectNoSession(scene.server);
      say(summary(scene, listener, { ...tally, tookMs, applied }));
      judge(scene, listener);
    } catch (error) {
      const log = scene.sidecar.output.split('\n').slice(-100).join('\n');
      say(`PGM_SOAK_SEED=${seed}\n${scene.journal.text}\n--- the end of pgm's log\n${log}`);
      throw error;
    } finally {
      await listener.end();
      await scene.close();
    }
  },
);

interface Tally {
  readonly swaps: number;
  readonly faults: ReadonlyMap<string, number>;
}

/** Swaps in one lane, faults in the other, until the time is over. */
async function makeTrouble(scene: Scene): Promise<Tally> {
  const over = now() + seconds * 1_000;
  const [swaps, struck] = await Promise.all([swapUntil(over, scene), strikeUntil(over, scene)]);
  return { swaps, faults: struck };
}

async function swapUntil(over: number, { kubelet, story, journal }: Scene): Promise<number> {
  const random = repeatableChance(seed + 1);
  let swaps = 0;
  while (now() < over) {
    const count = random() < 0.1 ? between(random, 2, 8) : 1;
    const isAnew = random() < 0.03;
    if (isAnew) {
      journal.note('mount: taken away, and made anew');
      kubelet.remove();
      await delay(between(random, 0, 1_500));
      kubelet.replace(story.payload);
    }
    for (let n = 0; n < count; n += 1) {
      const change = story.goOn();
      const linksFirst = random() < 0.5;
      const generation = kubelet.swap(story.payload, { linksFirst });
      journal.note(`swap: ${change}; ${generation}, links ${linksFirst ? 'first' : 'last'}`);
      swaps += 1;
    }
    await delay(between(random, 20, 2_000));
  }
  return swaps;
}

async function strikeUntil(over: number, scene: Scene): Promise<ReadonlyMap<string, number>> {
  const random = repeatableChance(seed + 2);
  const struck = new Map<string, number>();
  while (now() < over) {
    const { name, strike } = draw(random, faults);
    scene.journal.note(`fault: ${name}`);
    await strike(scene, random);
    scene.journal.note(`  over: ${name}`);
    struck.set(name, (struck.get(name) ?? 0) + 1);
    await delay(between(random, 0, 1_500));
  }
  scene.proxy.arm(null);
  return struck;
}

/** I7: one last swap, and from then on nothing goes wrong. Gives the milliseconds until pgm is ready with it. */
async function converge({ kubelet, story, port, journal }: Scene): Promise<number> {
  story.fix();
  kubelet.swap(story.payload);
  journal.note('no faults any more');
  const { revision } = await readSource(kubelet.directory, { schemas: null, reserved: ['pgm'] });
  const since = now();
  await until(port, `/readiness?revision=${revision}`, 200, most.convergedMs);
  journal.note('in step again');
  return now() - since;
}

function judge({ sidecar, journal }: Scene, { leaks }: Listener): void {
  expect(sidecar.unexpected).toEqual([]);
  expect(leaks).toEqual([]);
  expect(sidecar.output).not.toContain(canary);
  const late = sidecar
    .judged()
    .filter(({ sample, ms }) => sample.outcome !== 200 || ms > most.livenessMs)
    .map(
      ({ sample, ms }) => `${journal.at(sample.from)}: ${sample.outcome} in ${ms.toFixed(0)} ms`,
    );
  expect(late).toEqual([]);
  for (const ms of sidecar.startMs) expect(ms).toBeLessThan(most.startMs);
}

function summary(
  { sidecar, prober }: Scene,
  { memory }: Listener,
  {
    swaps,
    faults: struck,
    tookMs,
    applied,
  }: Tally & { readonly tookMs: number; readonly applied: number },
): string {
  const ms = sidecar.judged().map((each) => each.ms);
  const blind = prober.blind.reduce((sum, { from, to }) => sum + to - from, 0);
  const figure = (value: number): string => value.toFixed(1);
  return [
    `seed ${seed}, ${seconds} s: ${swaps} swaps, ${[...struck.values()].reduce((a, b) => a + b, 0)} faults`,
    ...[...struck].sort().map(([name, count]) => `  ${String(count).padStart(4)}  ${name}`),
    `in step again after ${figure(tookMs)} ms; ${applied} applications in the last database, each once`,
    `/liveness: ${ms.length} probes, p50 ${figure(quantile(ms, 0.5))} ms, p99 ${figure(quantile(ms, 0.99))} ms, ` +
      `max ${figure(quantile(ms, 1))} ms; ${prober.samples.length - ms.length} while no process was there; ` +
      `the prober was late by ${figure(blind)} ms in all`,
    `${sidecar.startMs.length} starts, first answer after p50 ${figure(quantile(sidecar.startMs, 0.5))} ms, ` +
      `max ${figure(quantile(sidecar.startMs, 1))} ms`,
    `resident memory: p50 ${figure(quantile(memory, 0.5))} MiB, max ${figure(quantile(memory, 1))} MiB`,
  ].join('\n');
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
