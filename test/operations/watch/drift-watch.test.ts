import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { CatalogObject } from '../../../src/core/catalog/catalog.js';
import type {
  Glance,
  KeptHead,
  LiveCatalog,
  Restored,
} from '../../../src/core/drift/kept-catalog.js';
import { Refused, Transient } from '../../../src/core/errors.js';
import type { PgmEvent } from '../../../src/core/events.js';
import type { Session } from '../../../src/core/ports.js';
import type { LockHolder } from '../../../src/core/run/report.js';
import { DriftWatch } from '../../../src/operations/watch/drift-watch.js';
import { HandClock } from '../../support/memory/clock.js';
import { MemoryDatabase } from '../../support/memory/database.js';
import { MemorySession } from '../../support/memory/session.js';

const kept: KeptHead = {
  ...{ id: 1, revision: 'r1', keptAt: 't', keptBy: 'pact@pod', fingerprint: 'f', mark: 'm' },
  ...{ progress: '1', transaction: 10, reader: '18 q', isReadAlike: true, ignored: [] },
  hasDrift: false,
};

const one = objectOf('a.one');

function objectOf(identity: string): CatalogObject {
  return { kind: 'index', identity, schema: 'a', table: null, facts: {} };
}

/** A catalog that a test changes. */
class World {
  mark = 'm';
  progress = '1';
  objects: readonly CatalogObject[] = [one];
  kept: KeptHead | null = kept;
  holder: LockHolder | null = null;
  restored: Restored = 'no';
  onLookForRunner: () => void = () => undefined;
  trouble: Error | null = null;
  /** Reading the catalog takes until this. */
  reading: Promise<void> = Promise.resolve();
  connecting: Promise<Session> | null = null;
  breakOff: () => void = () => undefined;
  glances = 0;
  reads = 0;
  open = 0;
  cancelled = 0;
}

class Looker extends MemorySession {
  constructor(
    readonly world: World,
    clock: HandClock,
  ) {
    super(new MemoryDatabase(clock));
    world.open += 1;
  }

  override glance(): Promise<Glance> {
    const { mark, progress, trouble, kept: head } = this.world;
    this.world.glances += 1;
    if (trouble !== null) return Promise.reject(trouble);
    return Promise.resolve({ hasTable: true, kept: head, mark, progress, next: 20 });
  }

  override expectedCatalog(): Promise<never> {
    return Promise.resolve({ objects: [{ ...one, by: 'a/1_x.sql' }] } as never);
  }

  override async liveCatalog(): Promise<never> {
    const { mark, progress, objects } = this.world;
    this.world.reads += 1;
    await Promise.race([this.world.reading, this.#cancelled]);
    const live: LiveCatalog = {
      ...{ catalog: { objects, notCompared: [] }, mark, progress, transaction: 20 },
      ...{ reader: kept.reader, writers: new Map(), tries: [] },
    };
    return live as never;
  }

  override restored(): Promise<never> {
    return Promise.resolve(this.world.restored as never);
  }

  override lockHolder(): Promise<LockHolder | null> {
    this.world.onLookForRunner();
    return Promise.resolve(this.world.holder);
  }

  #cancel: () => void = () => undefined;
  readonly #cancelled = new Promise<void>((_, reject) => {
    this.#cancel = () => {
      reject(new Refused('canceled', '57014'));
    };
  });

  override cancel(): void {
    this.world.cancelled += 1;
    this.#cancel();
  }

  override close(): Promise<void> {
    this.world.open -= 1;
    return Promise.resolve();
  }
}

const interval = 300_000;
let world: World;
let clock: HandClock;
let events: PgmEvent[];
let watch: DriftWatch;
let stop: AbortController;

beforeEach(() => {
  world = new World();
  clock = new HandClock();
  events = [];
  stop = new AbortController();
  watch = new DriftWatch(
    {
      database: {
        connect: () => world.connecting ?? Promise.resolve<Session>(new Looker(world, clock)),
        breakOff: () => {
          world.breakOff();
        },
      },
      clock,
      emit: (event) => events.push(event),
      stop: { soon: stop.signal },
    },
    { intervalMs: interval, timeoutMs: 5_000, ignored: [] },
  );
});

afterEach(async () => {
  await watch.pause();
  expect([world.open, clock.sleeping]).toEqual([0, 0]);
});

const kinds = (): readonly string[] => events.map(({ kind }) => kind);

function change(objects: readonly CatalogObject[]): void {
  world.objects = objects;
  world.mark += '!';
}

const two = [one, objectOf('a.two')];

describe('looks for drift', () => {
  test('begin when the run is over, and come at most an interval apart, each at its own time', async () => {
    clock.dice.push(0, 1, 0.5);
    watch.resume(null);
    await clock.advance(0);
    expect(world.glances).toBe(1);
    await clock.advance(interval * 0.8 - 1);
    expect(world.glances).toBe(1);
    await clock.advance(1);
    expect(world.glances).toBe(2);
    await clock.advance(interval - 1);
    expect(world.glances).toBe(2);
    await clock.advance(1);
    expect(world.glances).toBe(3);
  });

  test('read no object as long as nothing changes, and tell nothing', async () => {
    watch.resume(null);
    await clock.advance(interval * 5);
    expect([world.reads, events]).toEqual([0, []]);
    expect(watch.seen?.checkedAt).toBeGreaterThan(clock.wallMs() - interval);
  });

  test('wait until the catalog of the run has been kept', async () => {
    let keep: () => void = () => undefined;
    watch.resume(
      new Promise((resolve) => {
        keep = resolve;
      }),
    );
    await clock.advance(interval * 2);
    expect(world.glances).toBe(0);
    keep();
    await clock.advance(0);
    expect(world.glances).toBe(1);
  });

  test('do not come sooner after a run that kept nothing', async () => {
    watch.resume(null);
    await clock.advance(0);
    await watch.pause();
    watch.resume(null);
    await clock.advance(interval * 0.7);
    expect(world.glances).toBe(1);
  });

  test('are ended by a run that begins, which waits for no answer', async () => {
    change(two);
    world.reading = new Promise(() => undefined);
    watch.resume(null);
    await clock.advance(0);
    expect([world.reads, world.open]).toEqual([1, 1]);
    await watch.pause();
    expect([world.cancelled, world.open, events]).toEqual([1, 0, []]);
    await clock.advance(interval * 2);
    expect(world.glances).toBe(1);
  });

  test('that are still connecting are broken off by a stop', async () => {
    world.connecting = new Promise((_, reject) => {
      world.breakOff = () => {
        reject(new Transient('broken off', null));
      };
    });
    watch.resume(null);
    await clock.advance(0);
    stop.abort();
    await watch.pause();
    expect([world.glances, events]).toEqual([0, []]);
  });

  test('that take too long are given up, which is told once', async () => {
    change(two);
    world.reading = new Promise(() => undefined);
    watch.resume(null);
    await clock.advance(interval * 3);
    expect(world.reads).toBeGreaterThan(2);
    expect(kinds()).toEqual(['warning']);
    expect(events[0]).toMatchObject({
      message: expect.stringMatching(/--catalog-timeout/) as string,
    });
  });
});

describe('drift', () => {
  test('is told when it appears and when it changes, and once when it is over', async () => {
    watch.resume(null);
    await clock.advance(interval);
    change(two);
    await clock.advance(interval * 3);
    expect(kinds()).toEqual(['drift-found']);
    // While it stays as it is, nothing is read again.
    expect(world.reads).toBe(1);
    expect(watch.seen?.counts).toEqual({ unknown: 1, missing: 0, different: 0 });
    change([...two, objectOf('a.three')]);
    await clock.advance(interval * 3);
    expect(kinds()).toEqual(['drift-found', 'drift-found']);
    change([one]);
    await clock.advance(interval * 3);
    expect(kinds()).toEqual(['drift-found', 'drift-found', 'drift-over']);
  });

  test('is not told again after a run, or after other changes', async () => {
    change(two);
    watch.resume(null);
    await clock.advance(interval);
    await watch.pause();
    world.kept = { ...kept, id: 2, revision: 'r2' };
    watch.resume(Promise.resolve());
    world.mark += '?';
    await clock.advance(interval);
    expect(kinds()).toEqual(['drift-found']);
    expect(watch.seen?.since.revision).toBe('r2');
  });

  test('is not told while another runner is at work, and soon after that', async () => {
    change(two);
    world.holder = { pid: 1, application: 'pgm', user: 'pact', since: 't' };
    watch.resume(null);
    await clock.advance(60_000);
    expect([events, watch.seen]).toEqual([[], null]);
    world.holder = null;
    await clock.advance(10_000);
    expect(kinds()).toEqual(['drift-found']);
  });

  test('is not told when a runner has recorded something since the look', async () => {
    change(two);
    world.onLookForRunner = () => {
      world.progress += '!';
    };
    watch.resume(null);
    await clock.advance(interval);
    expect(events).toEqual([]);
  });

  test('in a database that is being restored is told once that has come to its end', async () => {
    change(two);
    world.restored = 'busy';
    watch.resume(null);
    await clock.advance(60_000);
    expect(events).toEqual([]);
    change([...two, objectOf('a.three')]);
    world.restored = 'quiet';
    await clock.advance(9_000);
    change([...two, objectOf('a.four')]);
    await clock.advance(10_000);
    expect(events).toEqual([]);
    await clock.advance(10_000);
    expect(kinds()).toEqual(['drift-found']);
  });
});

describe('nothing is told, and the last answer stays,', () => {
  beforeEach(async () => {
    change(two);
    watch.resume(null);
    await clock.advance(0);
    events = [];
  });

  test('while the server is away', async () => {
    const { seen } = watch;
    world.trouble = new Transient('connection refused', 'ECONNREFUSED');
    await clock.advance(interval * 3);
    expect([events, watch.seen]).toEqual([[], seen]);
  });

  test('while it refuses, but for the reason, once', async () => {
    world.trouble = new Refused('permission denied for table catalogs', '42501');
    await clock.advance(interval * 3);
    expect(events).toEqual([
      {
        kind: 'warning',
        message:
          'cannot tell whether the database has drifted: permission denied for table catalogs',
      },
    ]);
  });

  test('or is forgotten, where the history has nothing to compare with', async () => {
    world.kept = null;
    await clock.advance(interval);
    expect([events, watch.seen]).toEqual([[], null]);
  });
});
