import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, inject, test } from 'vitest';
import { emptyDatabaseName } from '../../support/database.js';
import { freePort, get, until } from '../../support/http.js';
import { countingFiles, expectWhole } from '../../support/invariants.js';
import { RunningPgm } from '../../support/pgm.js';
import { findProgram } from '../../support/postgres-client.js';
import { asAdmin, connect } from '../../support/server.js';
import { makeTree } from '../../support/tree.js';

interface Drift {
  readonly count: number;
  readonly checkedAt: string;
}

const major = Number(inject('serverVersion'));
const dump = findProgram('pg_dump', major);
const restore = findProgram('pg_restore', major);
const reason = `there is no pg_dump and pg_restore for PostgreSQL ${major} below /usr/lib/postgresql`;

if (dump === null || restore === null) {
  test(`a restore under a running watch: ${reason}`, ({ skip }) => {
    skip(reason);
  });
}

describe.skipIf(dump === null || restore === null)('under a running watch', () => {
  test('pg_restore meets an empty database, and no file runs again behind it', async () => {
    const free = emptyDatabaseName();
    const tree = await makeTree(countingFiles());
    const archive = join(tree.directory, 'archive');
    const port = await freePort();
    const looking = ['--drift-interval', '1s', '--catalog-timeout', '60s'];
    const watching = new RunningPgm(['watch', '--health-port', String(port), ...looking], {
      DATABASE_URL: free.url,
      MIGRATIONS_DIR: tree.directory,
    });
    try {
      await until(port, '/readiness', 200);
      const drift = async () => (await get(port, '/status')).body['drift'] as Drift | null;
      const checkedAt = async () => Date.parse((await drift())?.checkedAt ?? '1970-01-01');
      // The catalog is kept, and goes with the dump.
      await expect.poll(checkedAt).toBeGreaterThan(0);
      const run = promisify(execFile);
      await run(dump!, ['--format', 'custom', '--file', archive, free.url]);
      const at = watching.output.length;
      await free.drop();
      await asAdmin((sql) => sql.unsafe(`create database ${free.name} template template0`));
      // The probe tells the loop, which then sees that the history is gone.
      await until(port, '/readiness', 503);
      await watching.printed(/may be restoring it|003_three.sql applied/, at);
      await run(restore!, ['--exit-on-error', '--dbname', free.url, archive]);
      await until(port, '/readiness', 200);
      const sql = connect(free.name);
      await expectWhole(sql);
      // It was looked at since, and nothing of it is drift.
      const restoredAt = Date.now();
      await expect.poll(checkedAt).toBeGreaterThan(restoredAt);
      expect([(await drift())?.count, watching.output.match(/drift: \d/)]).toEqual([0, null]);
      await sql`create index by_hand on effects (n)`;
      await watching.printed(/drift: 1 object differs/);
      await sql.end();
    } finally {
      await watching.stop();
      await tree.remove();
      await free.drop();
    }
  });
});
