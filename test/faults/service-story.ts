import { readlinkSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RunLock } from '../../src/core/ports.js';
import type { Payload } from '../support/kubelet.js';
import type { OwnServer } from '../support/server.js';
import { databasePort } from '../support/run.js';
import { waitsForLock } from '../support/waiting.js';
import { before, type Pod } from './service-pod.js';

/** Something that happens to a pod, until something else ends it. */
export interface Happening {
  readonly what: string;
  /** What ends it: from then on the pod is ready, if it is ever to be. */
  readonly until: string;
  /** What is mounted before; by default files that are applied at once. */
  readonly files?: Payload;
  /** The kubelet swaps the mount, so the order in which it makes the links may matter. */
  readonly swaps?: true;
  /** It needs a server of its own. */
  readonly stopsServer?: true;
  /** pgm has ended when it is over. */
  readonly endsItself?: true;
  /** Settles when it has happened, however the pod is told to be. */
  readonly begin: (pod: Pod, server: OwnServer | null) => Promise<unknown>;
  readonly end: (pod: Pod, server: OwnServer | null) => Promise<unknown>;
}

const lockNumber = 7;
const waiting = `select pg_advisory_xact_lock(${lockNumber});\n`;
const broken = 'select no_such_column;\n';

function swapIn(pod: Pod, sql: string): void {
  pod.kubelet.swap({ ...before, 'gcp_002_y.sql': sql });
}

/** A file goes on for as long as the test holds a lock that it asks for: it runs, as far as anybody can tell. */
async function runs(pod: Pod): Promise<void> {
  await pod.sql`select pg_advisory_lock(${lockNumber})`;
  swapIn(pod, waiting);
  await waitsForLock(pod.sql);
}

async function fails(pod: Pod): Promise<void> {
  swapIn(pod, broken);
  await pod.pgm.printed(/not all migrations are applied/);
}

function fixed(pod: Pod): Promise<unknown> {
  swapIn(pod, 'select 1;\n');
  return Promise.resolve();
}

function unlock(pod: Pod): Promise<unknown> {
  return pod.sql`select pg_advisory_unlock(${lockNumber})`;
}

async function waitsForTable(pod: Pod): Promise<void> {
  await pod.sql.unsafe('begin; lock table gcp_x in access share mode');
  swapIn(pod, '-- pgm:lock-timeout 0\nalter table gcp_x add column if not exists more int;\n');
  await expect
    .poll(() => pod.sql`select from pg_locks where relation = 'gcp_x'::regclass and not granted`)
    .toHaveLength(1);
}

/** The run lock of another runner. */
const runLocks = new WeakMap<Pod, RunLock>();

async function isLockedOut(pod: Pod): Promise<void> {
  const runLock = await databasePort({ database: pod.database.name }).openLock();
  runLocks.set(pod, runLock);
  expect(await runLock.tryAcquire()).toBe(true);
  swapIn(pod, 'select 1;\n');
  await pod.pgm.printed(/another runner is at work/);
}

async function isEmptied(pod: Pod): Promise<void> {
  pod.kubelet.empty();
  await pod.pgm.printed(/all 2 applied files are gone/);
}

function isBack(pod: Pod): Promise<unknown> {
  return Promise.resolve(pod.kubelet.swap(before));
}

async function isGone(pod: Pod): Promise<void> {
  pod.kubelet.remove();
  await pod.pgm.printed(/does not exist/);
}

async function isUnreadable(pod: Pod): Promise<void> {
  const generation = join(pod.mount, readlinkSync(join(pod.mount, '..data')));
  renameSync(generation, `${pod.mount}/..away`);
  await pod.pgm.printed(/points to .* which does not exist/);
}

function isReadable(pod: Pod): Promise<unknown> {
  const generation = join(pod.mount, readlinkSync(join(pod.mount, '..data')));
  renameSync(`${pod.mount}/..away`, generation);
  return Promise.resolve();
}

async function drains(pod: Pod): Promise<void> {
  await runs(pod);
  pod.pgm.child.kill('SIGTERM');
  await pod.isTold(/stopping/);
}

async function hasEnded(pod: Pod): Promise<void> {
  await unlock(pod);
  expect(await pod.pgm.finished).toMatchObject({ exitCode: 0 });
}

export const happenings: readonly Happening[] = [
  { what: 'a file runs', until: 'it has ended', swaps: true, begin: runs, end: unlock },
  {
    ...{ what: 'a file waits for a lock', until: 'it has had it', swaps: true },
    begin: waitsForTable,
    end: (pod) => pod.sql.unsafe('commit'),
  },
  {
    ...{ what: 'another runner holds the run lock', until: 'it has ended', swaps: true },
    begin: isLockedOut,
    end: (pod) => runLocks.get(pod)!.release(),
  },
  { what: 'a file fails', until: 'it is fixed', swaps: true, begin: fails, end: fixed },
  {
    ...{ what: 'the ConfigMap is emptied, or an optional one deleted', until: 'it is back' },
    ...{ swaps: true, begin: isEmptied, end: isBack },
  },
  {
    ...{ what: 'the mounted directory is deleted', until: 'it is back', swaps: true },
    begin: isGone,
    end: (pod) => Promise.resolve(pod.kubelet.replace(before)),
  },
  {
    what: 'the mount is unreadable',
    until: 'it is readable',
    begin: isUnreadable,
    end: isReadable,
  },
  {
    ...{ what: 'PostgreSQL restarts', until: 'it answers', stopsServer: true },
    begin: (pod, server) => server!.stop('fast').then(() => pod.isTold(/postgres unreachable/)),
    end: (_pod, server) => server!.restart(),
  },
  {
    ...{ what: 'pgm restarts', until: 'its first answer' },
    begin: (pod) => pod.restart(),
    end: () => Promise.resolve(),
  },
  {
    ...{ what: 'pgm restarts while a file fails', until: 'that is fixed', swaps: true },
    begin: async (pod) => {
      await fails(pod);
      await pod.restart();
    },
    end: fixed,
  },
  {
    ...{ what: 'pgm restarts while the ConfigMap is empty', until: 'it is back', swaps: true },
    begin: async (pod) => {
      await isEmptied(pod);
      await pod.restart();
    },
    end: isBack,
  },
  {
    ...{ what: 'the node drains, or the pod is deleted (SIGTERM)', until: 'pgm has ended' },
    ...{ endsItself: true, begin: drains, end: hasEnded },
  },
  {
    ...{ what: 'a new database, and a file of it fails', until: 'that is fixed', swaps: true },
    files: { ...before, 'gcp_002_y.sql': broken },
    begin: (pod) => pod.pgm.printed(/not all migrations are applied/),
    end: fixed,
  },
];
