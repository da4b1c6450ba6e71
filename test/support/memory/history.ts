import type { ToolTables } from '../../../src/core/foreign/tool-history.js';
import type { CatalogQuestions, Glance } from '../../../src/core/drift/kept-catalog.js';
import type { Identified } from '../../../src/core/fleet/identity.js';
import type { MigrationFailure } from '../../../src/core/failure/failure.js';
import type { History, HistoryRow } from '../../../src/core/run/history.js';
import { checksumOf } from '../../../src/core/files/text.js';

/** What was done to one key, in the words of a test: contents, not checksums. */
export interface Tried {
  /** Content whose effects are in the database. */
  readonly applied?: string;
  /** Content that was tried later and failed. */
  readonly failed?: string;
  /** When the content was applied, and when any of this file was first; noon of some day unless told. */
  readonly at?: string;
  readonly firstAt?: string;
}

export function historyOf(tried: Readonly<Record<string, Tried>>): History {
  const rows = Object.entries(tried).map(([key, what]): [string, HistoryRow] => [
    key,
    rowOf(key, what),
  ]);
  return { layout: 1, rows: new Map(rows) };
}

export function rowOf(
  key: string,
  { applied, failed, at = '2026-11-23T12:00:00.000Z', firstAt = at }: Tried,
): HistoryRow {
  const [schema = '', filename = ''] = key.split('/');
  return {
    key,
    schema,
    filename,
    state: failed === undefined ? 'applied' : 'failed',
    checksum: checksumOf(failed ?? applied ?? ''),
    appliedChecksum: applied === undefined ? null : checksumOf(applied),
    appliedAt: applied === undefined ? null : at,
    firstAppliedAt: applied === undefined ? null : firstAt,
    durationMs: 1,
    attempts: 1,
    lastError: failed === undefined ? null : syntaxError,
    nextTryAt: null,
    revision: 'a-revision',
    pgmVersion: '0.0.0',
    appliedBy: 'pact@pod-a',
  };
}

export const syntaxError: MigrationFailure = {
  kind: 'sql',
  sqlstate: '42601',
  message: 'syntax error',
  detail: null,
  hint: null,
  context: null,
  place: { line: 1, column: 1 },
  excerpt: null,
  advice: null,
};

/** A session of a database that has no catalog. */
export class NoCatalog implements CatalogQuestions, Identified, ToolTables {
  identity(): Promise<null> {
    return Promise.resolve(null);
  }

  glance(): Promise<Glance> {
    return Promise.resolve({ hasTable: false, kept: null, mark: '', progress: '', next: 0 });
  }

  expectedCatalog(): Promise<null> {
    return Promise.resolve(null);
  }

  liveCatalog(): Promise<never> {
    return Promise.reject(new Error('there is no catalog'));
  }

  changedCatalog(): Promise<never> {
    return Promise.reject(new Error('there is no catalog'));
  }

  keepCatalog(): Promise<boolean> {
    return Promise.resolve(false);
  }

  restored(): Promise<'no'> {
    return Promise.resolve('no');
  }

  toolTables(): Promise<readonly []> {
    return Promise.resolve([]);
  }

  toolRows(): Promise<readonly []> {
    return Promise.resolve([]);
  }
}
