import { gunzipSync } from 'node:zlib';
import {
  type ExpectedCatalog,
  expectedIn,
  type Glance,
  type KeptHead,
} from '../../core/drift/kept-catalog.js';
import type { Runner } from '../../core/ports.js';
import { historyLayout } from '../../core/run/history.js';
import { markQuestion } from '../catalog/mark.js';
import { tooNew } from '../history/found-layout.js';
import type { Client } from '../wire/client.js';
import type { Rows } from '../wire/driver.js';
import { identifier, iso, literal } from '../wire/quote.js';

/** The backend to ask; its history is in `schema`. */
export interface CatalogContext {
  readonly client: Client;
  readonly schema: string;
  readonly runner: Runner;
  readonly outside: ReadonlySet<string>;
}

/** See `CatalogQuestions`. */
export async function glance(
  { client, schema, runner }: CatalogContext,
  withoutMark: boolean,
): Promise<Glance> {
  const [found] = await client.run(`select ${hasCatalogs(schema)} as found`);
  if (found?.[0]?.['found'] !== true)
    return { hasTable: false, kept: null, mark: '', progress: '', next: 0 };
  const { version } = client.facts;
  const isReadAlike: IsReadAlike = (reader, by) =>
    reader.startsWith(`${majorOf(version)} `) && by === runner.version;
  const asked = `${noLongWait}${layoutQuestion(schema)};${headQuestion(schema)}`;
  const [, layouts, [head] = []] = await client.run(asked);
  const layout = Number(layouts?.[0]?.['layout']);
  if (layout > historyLayout) throw tooNew(layout, schema);
  // Without a document there is nothing to compare it with, and it is most of the cost of a glance.
  const hasMark = head !== undefined && !withoutMark;
  const mark = hasMark ? markQuestion(majorOf(version)) : "select '' as mark";
  const question = `${noLongWait}select * from (${mark}) as catalogs, (${nowQuestion(schema)}) as now`;
  const [, [now] = []] = await client.run(question);
  return {
    hasTable: true,
    kept: head === undefined ? null : headIn(head, isReadAlike),
    mark: String(now?.['mark']),
    progress: String(now?.['progress']),
    next: Number(now?.['next']),
  };
}

/** A catalog may be locked. */
const noLongWait = "set local lock_timeout = '1s';";

/** A statement with one row: how far the history has got, and the numbers of transactions. */
export function nowQuestion(schema: string): string {
  const snapshot = 'pg_catalog.pg_current_snapshot()';
  return `select ${progressExpression(schema)} as progress,
  pg_catalog.pg_snapshot_xmax(${snapshot})::text::float8 as next, pg_catalog.pg_snapshot_xmin(${snapshot})::text::float8 as oldest`;
}

/**
 * An expression: how far the history has got. A file that fails outside a transaction, or in which pgm was killed, leaves
 * what its first statements did.
 */
function progressExpression(historySchema: string): string {
  const pgm = identifier(historySchema);
  return `(select coalesce(pg_catalog.max(id), 0) from ${pgm}.attempts) || ' ' ||
    (select pg_catalog.md5(coalesce(pg_catalog.string_agg(schema || '/' || filename || ' ' || statements_done, ' '
      order by schema collate "C", filename collate "C"), '')) from ${pgm}.migrations where statements_done > 0)`;
}

export function majorOf(version: string): number {
  return Number.parseInt(version, 10);
}

function layoutQuestion(schema: string): string {
  return `select pg_catalog.max(version) as layout from ${identifier(schema)}.layout`;
}

function headQuestion(schema: string): string {
  return `select id::float8 as id, revision, fingerprint, mark, progress, transaction_id::float8 as transaction, reader,
  pg_catalog.to_jsonb(ignored) as ignored, has_drift, ${iso('kept_at')} as kept_at, kept_by, pgm_version
from ${identifier(schema)}.catalogs order by id desc limit 1`;
}

type IsReadAlike = (reader: string, pgmVersion: string) => boolean;

function headIn(row: Rows[number], isReadAlike: IsReadAlike): KeptHead {
  return {
    id: Number(row['id']),
    revision: String(row['revision']),
    keptAt: String(row['kept_at']),
    keptBy: String(row['kept_by']),
    fingerprint: String(row['fingerprint']),
    mark: String(row['mark']),
    progress: String(row['progress']),
    transaction: Number(row['transaction']),
    reader: String(row['reader']),
    isReadAlike: isReadAlike(String(row['reader']), String(row['pgm_version'])),
    ignored: row['ignored'] as readonly string[],
    hasDrift: row['has_drift'] === true,
  };
}

export async function readExpected(
  { client, schema }: CatalogContext,
  id: number,
): Promise<ExpectedCatalog | null> {
  const [rows] = await client.run(
    `select pg_catalog.encode(document, 'base64') as document from ${identifier(schema)}.catalogs where id = ${id}`,
  );
  const document = rows?.[0]?.['document'];
  if (typeof document !== 'string') return null;
  return expectedIn(gunzipSync(Buffer.from(document, 'base64')).toString());
}

/** An expression: whether the history has a table for documents. */
function hasCatalogs(historySchema: string): string {
  return `exists (select from pg_catalog.pg_class where relname = 'catalogs' and relkind = 'r' and relnamespace =
    (select oid from pg_catalog.pg_namespace where nspname = ${literal(historySchema)}))`;
}
