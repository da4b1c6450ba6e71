import { expect, test } from 'vitest';
import { Transient } from '../../../src/core/errors.js';
import type { ProofDatabase } from '../../../src/core/proof/database/proof-database.js';
import { verify } from '../../../src/operations/verify.js';
import { createSqlReader } from '../../../src/sql/read-sql.js';
import { snapshotOf } from '../../support/memory/snapshot.js';

test('a server that is gone is told as that, whatever dropping the database then says', async () => {
  const gone = (): Promise<never> => Promise.reject(new Transient('host:1: it was closed', null));
  const database = {
    serverVersion: '18.4',
    session: { relations: gone, catalog: gone, begin: gone, lastWriters: gone },
    cancel: () => undefined,
    close: () => Promise.reject(new Transient('the drop failed', null)),
  } as unknown as ProofDatabase;
  const { signal } = new AbortController();
  const ports = {
    sqlReader: createSqlReader(),
    openProof: () => Promise.resolve(database),
    emit: () => undefined,
    stop: { soon: signal, now: signal },
  };
  const proving = verify(snapshotOf({ 'a/001_x.sql': 'select 1;' }), ports, { rows: 0 });
  await expect(proving).rejects.toThrow(
    'the server on which files are proved is gone, and nothing was proved: host:1: it was closed',
  );
});
