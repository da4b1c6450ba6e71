import { describe, expect, test } from 'vitest';
import type { PgmEvent } from '../../../src/core/events.js';
import { Transient } from '../../../src/core/errors.js';
import type { RunReport } from '../../../src/core/run/report.js';
import { newestFor } from '../../../src/core/run/intents.js';
import { HealthCheck } from '../../../src/operations/health/health-check.js';
import { migrate } from '../../../src/operations/migrate.js';
import { Watch } from '../../../src/operations/watch/watch.js';
import { HandClock, settled } from '../../support/memory/clock.js';
import { MemoryDatabase } from '../../support/memory/database.js';
import { snapshotOf } from '../../support/memory/snapshot.js';
import { oneStatement } from '../../support/memory/sql.js';
import { MemorySource, MemorySourceWatch } from '../../support/memory/source.js';
import { type Chance, oneOf, rounds } from '../../support/rounds.js';

type Content = Readonly<Record<string, string>>;

/** Versions of one application: the files of each, in the order in which they were written. */
const versions: Readonly<Record<string, Content>> = {
  a: { 'x/1.sql': 'one', 'x/2.sql': 'two' },
  b: { 'x/1.sql': 'one, edited', 'x/2.sql': 'two', 'x/3.sql': 'three' },
  c: { 'x/1.sql': 'one, edited again', 'x/2.sql': 'broken two', 'x/3.sql': 'three' },
  d: { 'x/1.sql': 'one', 'x/3.sql': 'broken three' },
};

const revisions = new Map<Content, string>();

function revisionOf(content: Content): string {
  const revision = revisions.get(content) ?? snapshotOf(content).revision;
  revisions.set(content, revision);
  return revision;
}

const policy = { onFailure: 'continue', onChange: 'rerun', to: null } as const;
const steady = {
  policy,
  schemas: null,
  lockTimeoutMs: 10_000,
  lockWaitMs: null,
  onPooler: 'warn',
  gate: null,
  dryRun: false,
  detailed: false,
} as const;

/** One database, and whoever comes to it. */
class Town {
  readonly clock = new HandClock();
  readonly database = new MemoryDatabase(this.clock);
  readonly pods: Pod[] = [];
  /** Revision read last by a runner that is still there, or that got to the database. */
  wanted: string | null = null;

  constructor() {
    // No file is applied but those of the newest revision that somebody wants.
    this.database.beforeApply = () => {
      const { revision } = newestFor(null, this.database.intents) ?? {};
      const { applying } = this.database;
      const content = Object.values(versions).find((each) => revisionOf(each) === revision);
      if (applying === null || content?.[applying.key] !== applying.sql) {
        return Promise.reject(new Error(`${applying?.key ?? ''} is not of the newest revision`));
      }
      return Promise.resolve();
    };
  }

  async start(version: string): Promise<Pod> {
    this.wanted = version;
    const pod = new Pod(this, version);
    this.pods.push(pod);
    await settled();
    return pod;
  }

  async migrate(version: string): Promise<RunReport> {
    this.wanted = version;
    const { signal } = new AbortController();
    const { clock, database } = this;
    const source = new MemorySource(contentOf(version));
    const emit = (): void => undefined;
    const ports = { source, database, sqlReader: oneStatement, clock, emit };
    return migrate(
      { ...ports, stop: { soon: signal, now: signal } },
      { ...steady, waitTimeoutMs: 0 },
    );
  }

  /** Settles when every pod has had the time to find out, to say so, and to try what failed. */
  async rest(): Promise<void> {
    for (let round = 0; round < 6; round += 1) {
      for (const pod of this.pods) await pod.isReady();
      await this.clock.advance(30_000);
    }
  }

  /** What is in the database of these files, as of their content. */
  inPlace(content: Content): readonly string[] {
    const { migrations } = snapshotOf(content);
    const { rows } = this.database;
    return migrations
      .filter(({ key, checksum }) => rows.get(key)?.appliedChecksum === checksum)
      .map(({ key }) => key);
  }

  async end(): Promise<void> {
    for (const pod of this.pods) await pod.stop();
  }
}

class Pod {
  readonly events: PgmEvent[] = [];
  readonly #stop = new AbortController();
  readonly #hints = new MemorySourceWatch();
  readonly #source: MemorySource;
  readonly #watch: Watch;
  readonly #check: HealthCheck;
  readonly #running: Promise<void>;

  constructor(
    readonly town: Town,
    public version: string,
  ) {
    const { clock, database } = town;
    this.#source = new MemorySource(contentOf(version));
    const { signal } = this.#stop;
    this.#watch = new Watch(
      {
        source: this.#source,
        sourceWatch: this.#hints,
        database,
        sqlReader: oneStatement,
        clock,
        emit: (event) => this.events.push(event),
        stop: { soon: signal, now: signal },
      },
      { ...steady, allowEmpty: false, restoreGraceMs: 0 },
    );
    this.#check = new HealthCheck({
      database,
      clock,
      schemas: null,
      allowEmpty: false,
      onChange: 'rerun',
      readiness: 'applied',
      snapshot: () => this.#watch.followed.snapshot,
      activity: () => this.#watch.activity,
      stopping: () => false,
      onLacking: () => {
        this.#watch.catchUp();
      },
      ownIntent: () => this.#watch.ownIntent,
    });
    this.#watch.onRun(() => {
      this.#check.forget();
    });
    this.#running = this.#watch.run();
  }

  async swap(version: string): Promise<void> {
    if (version === this.version) return;
    this.town.wanted = version;
    this.version = version;
    this.#source.files = contentOf(version);
    this.#hints.hint();
    await settled();
  }

  async isReady(revision: string | null = null): Promise<boolean> {
    return (await this.#check.check(revision)).ready;
  }

  async reason(): Promise<string | null> {
    return (await this.#check.check(null)).reason;
  }

  told(kind: PgmEvent['kind']): number {
    return this.events.filter((event) => event.kind === kind).length;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#running;
    await this.#check.close();
  }
}

function contentOf(version: string): Content {
  return versions[version] ?? {};
}

function isBroken(version: string): boolean {
  return Object.values(contentOf(version)).some((sql) => sql.includes('broken'));
}

/** The newest revision rules, whatever happened before, and everybody says the truth about it. */
async function expectOrder(town: Town): Promise<void> {
  await town.rest();
  const { wanted, database } = town;
  if (wanted === null) return;
  const content = contentOf(wanted);
  expect(newestFor(null, database.intents)?.revision).toBe(revisionOf(content));
  const whole = Object.entries(content).filter(([, sql]) => !sql.includes('broken'));
  expect(town.inPlace(content)).toEqual(whole.map(([key]) => key));
  for (const pod of town.pods) {
    const own = contentOf(pod.version);
    const isInPlace = town.inPlace(own).length === Object.keys(own).length;
    const wasInFull = database.intents.some(
      ({ revision, inFull }) => inFull && revision === revisionOf(own),
    );
    const isReady = pod.version === wanted ? !isBroken(wanted) : isInPlace || wasInFull;
    expect([pod.version, await pod.isReady()]).toEqual([pod.version, isReady]);
    expect(await pod.isReady(revisionOf(own))).toBe(isInPlace);
  }
}

/** Something that happens in a town. */
async function happen(town: Town, chance: Chance, most: number): Promise<void> {
  const version = oneOf(chance, Object.keys(versions));
  const pod = oneOf(chance, town.pods);
  const drawn = chance();
  if (town.pods.length < most && drawn < 0.3) await town.start(version);
  else if (drawn < 0.6) await pod.swap(version);
  else if (drawn < 0.7) await town.migrate(version);
  else if (drawn < 0.8 && town.pods.length > 1) {
    // The database is away meanwhile, and everybody reads what they read without it.
    town.database.beforeConnect = () => Promise.reject(new Transient('it is away', null));
    for (const each of town.pods) {
      await each.swap(oneOf(chance, Object.keys(versions)));
      await town.clock.advance(1_000 + chance() * 60_000);
    }
    town.database.beforeConnect = () => Promise.resolve();
    // Everybody gets to it before anybody reads anything else: who wants what is recorded already is not recorded again.
    await town.clock.advance(60_000);
  }
  await town.clock.advance(1_000 + (chance() < 0.5 ? 0 : chance() * 100_000));
}

describe('whatever happens, the newest revision rules', () => {
  test.each([2, 5])('with %i pods', async (most) => {
    await rounds(
      async (chance) => {
        const town = new Town();
        await town.start(oneOf(chance, Object.keys(versions)));
        for (let step = 0; step < 8; step += 1) await happen(town, chance, most);
        await expectOrder(town);
        await town.end();
      },
      { ms: 1_000, least: 20 },
    );
  });

  test('in each order in which two, three and four versions start', async () => {
    for (const order of orders(Object.keys(versions))) {
      const town = new Town();
      for (const version of order) {
        await town.start(version);
        await town.clock.advance(1_000);
      }
      await expectOrder(town);
      await town.end();
    }
  });
});

/** Each order of each two or more of them. */
function orders(names: readonly string[]): readonly (readonly string[])[] {
  const longer = (some: readonly string[]): (readonly string[])[] =>
    names
      .filter((name) => !some.includes(name))
      .flatMap((name) => [[...some, name], ...longer([...some, name])]);
  return longer([]).filter(({ length }) => length > 1);
}

describe('a rollout', () => {
  test('leaves the old pod ready and silent, which says once whose revision rules since when', async () => {
    const town = new Town();
    const old = await town.start('a');
    await town.clock.advance(60_000);
    const fresh = await town.start('b');
    await town.rest();
    expect(old.events.filter(({ kind }) => kind === 'superseded')[0]).toMatchObject({
      revision: revisionOf(contentOf('a')),
      by: { revision: revisionOf(contentOf('b')), by: 'pact@pod-a' },
    });
    expect([await old.isReady(), await fresh.isReady()]).toEqual([true, true]);
    expect(await old.isReady(revisionOf(contentOf('a')))).toBe(false);
    expect(town.database.sent).toEqual(['x/1.sql', 'x/2.sql', 'x/1.sql', 'x/3.sql']);
    await town.end();
  });

  test('whose old version never got through has its old pod not ready, with the reason', async () => {
    const town = new Town();
    const old = await town.start('c');
    await town.start('b');
    await town.rest();
    const revision = revisionOf(contentOf('b')).slice(0, 12);
    expect(await old.reason()).toBe(`superseded by revision ${revision}: 2 changed`);
    await town.end();
  });

  test('that is taken back by a swap, by a new pod or by pgm migrate has the older content rule again', async () => {
    for (const back of ['swap', 'pod', 'migrate'] as const) {
      const town = new Town();
      await town.start('a');
      const fresh = await town.start('b');
      if (back === 'swap') await fresh.swap('a');
      else if (back === 'pod') await town.start('a');
      else expect((await town.migrate('a')).supersededBy).toBeNull();
      await expectOrder(town);
      expect(town.inPlace(contentOf('a'))).toEqual(['x/1.sql', 'x/2.sql']);
      await town.end();
    }
  });
});

describe('pgm migrate of an older checkout', () => {
  test('before the pod of the newer one has its content replaced', async () => {
    const town = new Town();
    await town.migrate('a');
    await town.start('b');
    await expectOrder(town);
    await town.end();
  });

  test('beside the pod of the newer one rules, and the pod leaves its files alone', async () => {
    const town = new Town();
    const pod = await town.start('b');
    await town.migrate('a');
    await expectOrder(town);
    expect(pod.told('superseded')).toBeGreaterThan(0);
    expect(town.database.sent.slice(3)).toEqual(['x/1.sql']);
    await town.end();
  });

  test('that is overtaken while it waits for the lock applies nothing, and says by whom', async () => {
    const town = new Town();
    await town.start('a');
    const other = { pid: 1, application: 'psql', user: 'pact', since: '2026-11-23T12:00:00Z' };
    town.database.holder = other;
    const running = town.migrate('c');
    await town.clock.advance(1_000);
    await town.start('b');
    town.database.holder = null;
    await town.clock.advance(10_000);
    const report = await running;
    expect(report.supersededBy?.revision).toBe(revisionOf(contentOf('b')));
    expect(report.applied).toEqual([]);
    await expectOrder(town);
    await town.end();
  });
});

test('a pod whose revision is wanted again says so once', async () => {
  const town = new Town();
  const pod = await town.start('a');
  await town.migrate('b');
  await town.rest();
  expect([pod.told('superseded') > 0, pod.told('note')]).toEqual([true, 0]);
  await town.migrate('a');
  await town.rest();
  expect(pod.told('note')).toBe(1);
  await town.end();
});

test('a retry tries what failed, and not what somebody has changed meanwhile', async () => {
  const town = new Town();
  await town.start('d');
  const row = town.database.rows.get('x/1.sql');
  if (row === undefined) throw new Error('x/1.sql was not applied');
  town.database.rows.set('x/1.sql', { ...row, checksum: 'other', appliedChecksum: 'other' });
  const before = town.database.sent.length;
  await town.clock.advance(60_000);
  expect(new Set(town.database.sent.slice(before))).toEqual(new Set(['x/3.sql']));
  await town.end();
});

test('what was read last while the database was away rules, and what was read before it is not applied', async () => {
  const town = new Town();
  const [one, other] = [await town.start('a'), await town.start('b')];
  await town.rest();
  const [sent, runs] = [town.database.sent.length, one.told('run-finished')];
  town.database.beforeConnect = () => Promise.reject(new Transient('it is away', null));
  await other.swap('a');
  await town.clock.advance(1_000);
  await one.swap('b');
  await town.clock.advance(6_000);
  town.database.beforeConnect = () => Promise.resolve();
  // The pod that wants what is in the database already gets there first.
  await town.clock.advance(500);
  expect([one.told('run-finished') - runs, other.told('superseded')]).toEqual([1, 0]);
  await town.clock.advance(5_000);
  expect(other.told('superseded')).toBe(1);
  await expectOrder(town);
  expect(town.database.sent.slice(sent)).toEqual([]);
  await town.end();
});

test('a runner that finds its revision wanted and applied writes nothing', async () => {
  const town = new Town();
  await town.migrate('a');
  const recorded = town.database.intentsRecorded;
  await town.start('a');
  await town.migrate('a');
  await town.rest();
  expect(town.database.intentsRecorded).toBe(recorded);
  expect(town.database.locks).toHaveLength(1);
  await town.end();
});
