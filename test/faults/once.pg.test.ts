import { afterEach, expect, test } from 'vitest';
import { testServer } from '../support/server.js';
import { waitsForLock } from '../support/waiting.js';
import { before, Pod } from './service-pod.js';

let pod: Pod;

afterEach(() => pod.remove());

async function brought(): Promise<void> {
  pod = await Pod.start({ rule: 'once', linksFirst: false, files: before, server: testServer() });
  await pod.isInStep();
  await pod.pgm.printed(/All migrations applied/);
}

function swapIn(sql: string): void {
  pod.kubelet.swap({ ...before, 'gcp_002_y.sql': sql });
}

async function fails(): Promise<void> {
  swapIn('select no_such_column;\n');
  await pod.pgm.printed(/not all migrations are applied/);
}

test('a history of an older layout with everything in place counts, also while a file runs that brings its tables up to date', async () => {
  await brought();
  await pod.sql
    .unsafe(`drop table pgm.intents, pgm.catalogs; delete from pgm.layout where version > 2;
    alter table pgm.layout drop constraint layout_pkey`);
  await pod.restart();
  await pod.isInStep();
  await pod.sql`select pg_advisory_lock(7)`;
  swapIn('select pg_advisory_xact_lock(7);\n');
  await waitsForLock(pod.sql);
  expect(
    await pod.sql`select count(*)::int as n from pgm.intents where in_full_at is not null`,
  ).toEqual([{ n: 0 }]);
  await pod.staysReady();
  await pod.sql`select pg_advisory_unlock(7)`;
  await pod.isInStep();
});

test('the one revision that was applied in full counts for a new pod, however many were wanted since', async () => {
  await brought();
  await fails();
  await pod.sql`
    insert into pgm.intents (revision, schemas, at, stated_by, pgm_version)
    select n::text, '{}', at + n * interval '1 microsecond', 'pact@another', '1'
    from pgm.intents, generate_series(1, 150) n where in_full_at is not null`;
  const newest = await pod.sql`select in_full_at from pgm.intents order by at desc limit 100`;
  expect(newest).toHaveLength(100);
  expect(newest.filter((row) => row['in_full_at'] !== null)).toEqual([]);
  await pod.restart();
  await pod.staysReady();
});

test('a database whose history is gone is another one, and not ready', async () => {
  await brought();
  await fails();
  await pod.staysReady();
  await pod.sql`drop schema pgm cascade`;
  await pod.isTold(/pending|restored/);
});

test('an empty ConfigMap is no revision that was applied in full', async () => {
  const files = { 'gcp_001_x.sql': 'select no_such_column;\n' };
  pod = await Pod.start({ rule: 'once', linksFirst: false, files, server: testServer() });
  let at = await pod.pgm.printed(/not all migrations are applied/);
  pod.kubelet.empty();
  at = await pod.pgm.printed(/nothing was applied/, at);
  await pod.isTold(/no migrations found/);
  pod.kubelet.swap(files);
  await pod.pgm.printed(/not all migrations are applied/, at);
  await pod.isTold(/gcp\/001_x\.sql failed/);
});
