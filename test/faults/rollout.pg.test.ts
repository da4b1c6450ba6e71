import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Clock } from '../../src/core/ports.js';
import { newestFor } from '../../src/core/run/intents.js';
import { systemClock } from '../../src/library/open/compose.js';
import { createDatabase, type Database } from '../support/database.js';
import { snapshotOf } from '../support/memory/snapshot.js';
import { findPgBouncer, type PgBouncer, startPgBouncer } from '../support/pgbouncer.js';
import { Pod } from '../support/pod.js';
import { databasePort, migrateFiles, type Target } from '../support/run.js';
import type { Files } from './trial.js';

/** A file that failed is tried again in less than a second. */
const hasty: Clock = { ...systemClock, random: () => 0.03 };

function revisionOf(files: Files): string {
  return snapshotOf(files).revision;
}

/** A file that counts how often it was run, by its version. */
function counting(version: string): string {
  return `create table if not exists runs (version text); insert into runs values ('${version}');`;
}

/** Fails as what is in use does: not by its own fault, so that it is soon tried again. */
const inUse = "do $$ begin raise exception 'in use' using errcode = '55006'; end $$;";

const old: Files = { 'a/001_x.sql': counting('old'), 'a/002_y.sql': inUse };
const fresh: Files = { 'a/001_x.sql': counting('fresh'), 'a/002_y.sql': 'select 2;' };

const program = findPgBouncer();
const ways = ['directly', 'behind PgBouncer'] as const;

describe.each(ways)('a rollout, %s', (way) => {
  const isPooled = way === 'behind PgBouncer';
  let database: Database;
  let pooler: PgBouncer | null = null;
  let pods: Pod[] = [];

  beforeAll(async () => {
    if (isPooled && program !== null) pooler = await startPgBouncer(program);
  });

  afterAll(() => pooler?.stop());

  afterEach(async () => {
    await Promise.all(pods.map((pod) => pod.stop()));
    pods = [];
    await database.drop();
  });

  function target(host: string): Target {
    return { database: database.name, host, ...(pooler === null ? {} : { port: pooler.port }) };
  }

  function start(host: string, files: Files): Pod {
    const pod = new Pod(target(host), files, hasty);
    pods.push(pod);
    return pod;
  }

  async function versionsRun(): Promise<readonly string[]> {
    const rows = await database.sql`select version from runs`;
    return rows.map(({ version }) => String(version));
  }

  /** Everything of these files is in the database as they are. */
  async function expectInPlace(files: Files): Promise<void> {
    const session = await databasePort(target('test')).connect();
    try {
      expect(await session.agreement(snapshotOf(files).migrations, null)).toBe('in place');
      const newest = newestFor(null, session.intents()?.known ?? []);
      expect(newest).toMatchObject({ revision: revisionOf(files), inFull: true });
    } finally {
      await session.close();
    }
  }

  test.skipIf(isPooled && program === null)(
    'the old pod tries what failed until a newer revision is wanted, and then nothing',
    async () => {
      database = await createDatabase();
      const pod = start('old', old);
      await pod.told('run-finished');
      const before = pod.events.length;
      // The next try of 002 does not touch 001.
      await pod.told('migration-failed', before);
      await start('fresh', fresh).told('run-finished');
      // It may have looked before the newer one was through with its files.
      expect(await pod.told('superseded', before)).toMatchObject({
        revision: revisionOf(old),
        by: { revision: revisionOf(fresh), by: expect.stringMatching(/@fresh$/) as string },
      });
      await expectInPlace(fresh);
      expect(await versionsRun()).toEqual(['old', 'fresh']);
    },
  );

  test.skipIf(isPooled && program === null)(
    'taken back by a swap or by pgm migrate has the older content rule, and the newer pod leave it alone',
    async () => {
      database = await createDatabase();
      const good = { ...old, 'a/002_y.sql': 'select 1;' };
      await migrateFiles(good, target('first'));
      const pod = start('fresh', fresh);
      await pod.told('run-finished');
      const before = pod.events.length;
      await migrateFiles(good, target('ci'));
      // A pod at rest asks when its probe tells it to; here it is told by a swap and a swap back.
      pod.swap(good);
      await pod.told('run-finished', before);
      await expectInPlace(good);
      expect(await versionsRun()).toEqual(['old', 'fresh', 'old']);
      pod.swap(fresh);
      await pod.told('migration-applied', before);
      await expect.poll(versionsRun).toEqual(['old', 'fresh', 'old', 'fresh']);
    },
  );

  test.skipIf(isPooled && program === null)(
    'of five versions at once ends with the newest, each pod having said so or applied it',
    async () => {
      database = await createDatabase();
      const versions = [1, 2, 3, 4, 5].map((n): Files => ({
        'a/001_x.sql': counting(`v${n}`),
        [`a/00${n + 1}_y.sql`]: `select ${n};`,
      }));
      for (const [n, files] of versions.entries()) start(`pod-${n}`, files);
      await Promise.all(
        pods.map((pod) => Promise.race([pod.told('superseded'), pod.told('run-finished')])),
      );
      const session = await databasePort(target('test')).connect();
      await session.history();
      const newest = newestFor(null, session.intents()?.known ?? []);
      await session.close();
      const index = versions.findIndex((files) => revisionOf(files) === newest?.revision);
      const [winner, files] = [pods[index], versions[index]];
      if (winner === undefined || files === undefined) throw new Error('nobody rules');
      await winner.told('run-finished');
      for (const pod of pods) if (pod !== winner) pod.swap(files);
      await Promise.all(pods.map((pod) => pod.told('run-finished')));
      const rows = await database.sql`
        select applied_checksum from pgm.migrations where filename = '001_x.sql'`;
      const checksum = snapshotOf(files).migrations[0]?.checksum;
      expect(rows).toEqual([{ applied_checksum: checksum }]);
    },
  );
});
