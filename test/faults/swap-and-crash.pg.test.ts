import { afterEach, expect, test } from 'vitest';
import { type OwnServer, startServer, testServer } from '../support/server.js';
import { waitsForLock } from '../support/waiting.js';
import { before, Pod } from './service-pod.js';

let pod: Pod;
let own: OwnServer | null = null;

afterEach(async () => {
  await pod.remove();
  await own?.remove();
  own = null;
});

async function start(linksFirst: boolean, server = testServer()): Promise<void> {
  pod = await Pod.start({ rule: 'once', linksFirst, files: before, server });
  await pod.isInStep();
}

const withFile = (name: string, sql: string) => ({ ...before, [`gcp_${name}.sql`]: sql });

async function tablesLike(pattern: string): Promise<readonly string[]> {
  const rows = await pod.sql`
    select relname from pg_class where relkind = 'r' and relname like ${pattern} order by 1`;
  return rows.map(({ relname }) => String(relname));
}

test.each([false, true])(
  'PostgreSQL crashes while the mount is swapped and emptied: pgm lives, and each file runs once (links first: %s)',
  async (linksFirst) => {
    own = await startServer();
    await start(linksFirst, own);
    for (const round of ['1', '2', '3']) {
      const files = withFile(`10${round}_y`, `create table crashed_${round} (id int);\n`);
      // What the last run keeps of the catalog may be under way.
      const stopped = own.stop('immediate');
      pod.kubelet.swap(files);
      await stopped;
      pod.kubelet.empty();
      const started = own.restart();
      pod.kubelet.swap(files);
      await started;
      await pod.isInStep();
    }
    expect(await tablesLike('crashed%')).toEqual(['crashed_1', 'crashed_2', 'crashed_3']);
  },
);

test.each([false, true])(
  'a map that is emptied while a file runs and comes back with an edit of it: ready throughout, the edit is applied (links first: %s)',
  async (linksFirst) => {
    await start(linksFirst);
    const noes = pod.probing();
    await pod.sql`select pg_advisory_lock(7)`;
    const made = 'create table if not exists edited_1 (id int);\n';
    pod.kubelet.swap(withFile('002_y', `${made}select pg_advisory_xact_lock(7);\n`));
    await waitsForLock(pod.sql);
    pod.kubelet.empty();
    await pod.staysReady();
    pod.kubelet.swap(withFile('002_y', `${made}create table edited_2 (id int);\n`));
    await pod.staysReady();
    await pod.sql`select pg_advisory_unlock(7)`;
    await pod.isInStep();
    expect(await tablesLike('edited%')).toEqual(['edited_1', 'edited_2']);
    expect(await noes()).toEqual([]);
  },
);

test.each([false, true])(
  'a new pod over an emptied map, after a revision that fails and while PostgreSQL is away: ready as soon as that answers (links first: %s)',
  async (linksFirst) => {
    own = await startServer();
    await start(linksFirst, own);
    pod.kubelet.swap(withFile('002_y', 'select no_such_column;\n'));
    await pod.pgm.printed(/not all migrations are applied/);
    await own.stop('immediate');
    await pod.restart();
    await pod.isTold(/unreachable/);
    pod.kubelet.empty();
    await own.restart();
    await expect.poll(async () => (await pod.probe()).status).toBe(200);
    await pod.staysReady();
    pod.kubelet.swap(withFile('002_y', 'select 1;\n'));
    await pod.isInStep();
  },
);
