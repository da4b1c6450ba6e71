import { beforeEach, expect, test } from 'vitest';
import type {
  ExpectedCatalog,
  Glance,
  KeptHead,
  LiveCatalog,
  ToKeep,
} from '../../../src/core/drift/kept-catalog.js';
import { CatalogKeeper } from '../../../src/operations/drift/keeper.js';
import { HandClock } from '../../support/memory/clock.js';
import { MemoryDatabase } from '../../support/memory/database.js';
import { MemorySession } from '../../support/memory/session.js';

const kept: KeptHead = {
  ...{ id: 4, revision: 'r1', keptAt: 't', keptBy: 'pact@pod', fingerprint: 'f', mark: 'm' },
  ...{ progress: '1', transaction: 10, reader: '18 q all', isReadAlike: true, ignored: [] },
  hasDrift: false,
};

const live: LiveCatalog = {
  ...{ catalog: { objects: [], notCompared: [] }, mark: 'n', progress: '2', transaction: 20 },
  ...{ reader: kept.reader, writers: new Map(), tries: [] },
};

/** Writes down what it is asked. */
class Asked extends MemorySession {
  readonly asked: string[] = [];
  readonly toKeep: ToKeep[] = [];
  progress = '2';
  changed: LiveCatalog | null = live;

  override glance(without?: 'without mark'): Promise<Glance> {
    this.asked.push(`glance ${without ?? 'with mark'}`);
    return Promise.resolve({ hasTable: true, kept, mark: '', progress: this.progress, next: 20 });
  }

  override expectedCatalog(): Promise<never> {
    this.asked.push('expectedCatalog');
    const none: ExpectedCatalog = { objects: [] };
    return Promise.resolve(none as never);
  }

  override changedCatalog(): Promise<never> {
    this.asked.push('changedCatalog');
    return Promise.resolve(this.changed as never);
  }

  override keepCatalog(...documents: readonly ToKeep[]): Promise<boolean> {
    this.asked.push('keepCatalog');
    this.toKeep.push(...documents);
    return Promise.resolve(true);
  }
}

let session: Asked;
let clock: HandClock;

beforeEach(() => {
  clock = new HandClock();
  session = new Asked(new MemoryDatabase(clock));
});

async function afterRun(revision: string): Promise<void> {
  const database = { connect: () => Promise.resolve(session) };
  const nothing = (): never => {
    throw new Error('no file is read');
  };
  const sqlReader = { read: nothing, literals: nothing };
  const keeper = new CatalogKeeper(
    { database, clock, emit: () => undefined, sqlReader },
    { timeoutMs: 10_000, ignored: [] },
  );
  await keeper.after({ revision, migrations: [] });
}

test('after files have run, the mark is asked for once, with the catalog', async () => {
  await afterRun('r2');
  expect(session.asked).toEqual([
    'glance without mark',
    'changedCatalog',
    'expectedCatalog',
    'keepCatalog',
  ]);
  expect(session.toKeep).toMatchObject([{ id: 5, revision: 'r2', mark: 'n', progress: '2' }]);
});

test('files that only wrote rows have the same document kept again, and no object is read', async () => {
  session.changed = null;
  await afterRun('r2');
  expect(session.asked).toEqual(['glance without mark', 'changedCatalog', 'keepCatalog']);
  expect(session.toKeep).toMatchObject([
    { id: 5, revision: 'r2', mark: 'm', progress: '2', expected: null },
  ]);
});

test('a run without files only keeps its revision, if it is another one', async () => {
  session.progress = '1';
  await afterRun('r1');
  expect(session.toKeep).toEqual([]);
  await afterRun('r2');
  expect(session.asked).toEqual(['glance without mark', 'glance without mark', 'keepCatalog']);
  expect(session.toKeep).toMatchObject([{ id: 5, revision: 'r2', expected: null }]);
});
