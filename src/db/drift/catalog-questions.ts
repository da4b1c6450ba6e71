import { gunzipSync, gzipSync } from 'node:zlib';
import {
  documentOfExpected,
  type ExpectedCatalog,
  expectedIn,
  type FileTry,
  type Glance,
  type KeptHead,
  type LiveCatalog,
  type Since,
  type ToKeep,
} from '../../core/drift/kept-catalog.js';
import type { Runner } from '../../core/ports.js';
import { inFull, nextTransaction, readWritersSince } from '../catalog/last-writers.js';
import { type CatalogReading, catalogReading, readWith } from '../catalog/read-catalog.js';
import type { Client } from '../wire/client.js';
import type { Rows } from '../wire/driver.js';
import { identifier, iso, literal } from '../wire/quote.js';
import { hasCatalogs, markExpression, progressExpression } from './mark.js';

/** What is asked of one backend; its history is in `schema`. */
export interface CatalogContext {
  readonly client: Client;
  readonly schema: string;
  readonly runner: Runner;
  readonly outside: ReadonlySet<string>;
}

/** See `CatalogQuestions`. */
export async function glance({ client, schema, runner }: CatalogContext): Promise<Glance> {
  const [found] = await client.run(`select ${hasCatalogs(schema)} as found`);
  if (found?.[0]?.['found'] !== true)
    return { hasTable: false, kept: null, mark: '', progress: '', next: 0 };
  const { version } = client.facts;
  const isReadAlike: IsReadAlike = (reader, by) =>
    reader.startsWith(`${majorOf(version)} `) && by === runner.version;
  const heads = (await client.run(noLongWait + headQuestion(schema))).flat();
  const head = heads.find((row) => 'fingerprint' in row);
  // Without a document to compare it with nobody needs a mark, and most of its cost is to plan it.
  const question = nowQuestion(client, schema, head !== undefined);
  const now = (await client.run(noLongWait + question)).flat().find((row) => 'next' in row);
  return {
    hasTable: true,
    kept: head === undefined ? null : headIn(head, isReadAlike),
    mark: String(now?.['mark']),
    progress: String(now?.['progress']),
    next: Number(now?.['next']),
  };
}

/** Somebody may have locked a catalog. */
const noLongWait = "set local lock_timeout = '1s';";

function nowQuestion({ facts }: Client, schema: string, withMark = true): string {
  const snapshot = 'pg_catalog.pg_current_snapshot()';
  const mark = withMark ? markExpression(majorOf(facts.version)) : "''";
  return `select ${mark} as mark, ${progressExpression(schema)} as progress,
  pg_catalog.pg_snapshot_xmax(${snapshot})::text::float8 as next, pg_catalog.pg_snapshot_xmin(${snapshot})::text::float8 as oldest`;
}

function majorOf(version: string): number {
  return Number.parseInt(version, 10);
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

/** How often a catalog is read that others change meanwhile. */
const tries = 3;

/**
 * The server writes definitions by the catalog as it is at that moment, not by the snapshot of the transaction: what was read
 * is of one moment only if the mark was the same before and after.
 */
export async function readLive(context: CatalogContext, since: Since | null): Promise<LiveCatalog> {
  const { client, schema } = context;
  const reading = await catalogReading(client, schema);
  for (let left = tries - 1; ; left -= 1) {
    const live = await inSnapshot(client, () => readOnce(context, reading, since));
    if (left === 0) return live;
    if (await isSteady(context, live)) return live;
  }
}

/** Where no transaction has ended meanwhile, nothing has changed, which is asked faster. */
async function isSteady({ client }: CatalogContext, live: LiveCatalog): Promise<boolean> {
  const [next] = await client.run(
    'select pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::float8 as next',
  );
  if (Number(next?.[0]?.['next']) === live.transaction) return true;
  const [now] = await client.run(`select ${markExpression(majorOf(client.facts.version))} as mark`);
  return now?.[0]?.['mark'] === live.mark;
}

async function inSnapshot<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.run('begin isolation level repeatable read read only');
  try {
    const result = await work();
    await client.run('commit');
    return result;
  } catch (error) {
    if (!client.lost) await client.run('rollback');
    throw error;
  }
}

async function readOnce(
  { client, schema, outside }: CatalogContext,
  { statements, digest, seesAll }: CatalogReading,
  since: Since | null,
): Promise<LiveCatalog> {
  const [now] = await client.run(nowQuestion(client, schema));
  const catalog = await readWith(client, statements, true, null);
  const writers = await readWritersSince(client, since?.transaction ?? 0);
  const [attempts] = await client.run(triesQuestion(schema, since?.progress ?? '0'));
  return {
    catalog,
    writers,
    tries: (attempts ?? []).map((row) => tryIn(row, outside)),
    mark: String(now?.[0]?.['mark']),
    progress: String(now?.[0]?.['progress']),
    transaction: Number(now?.[0]?.['oldest']),
    reader: `${majorOf(client.facts.version)} ${digest} ${seesAll ? 'all' : 'part'}`,
  };
}

function triesQuestion(schema: string, progress: string): string {
  const last = Number.parseInt(progress, 10);
  return `select schema || '/' || filename as key, outcome, ${inFull('attempts.xmin')}::float8 as transaction
from ${identifier(schema)}.attempts, ${nextTransaction} where id > ${last} order by id`;
}

function tryIn(row: Rows[number], outside: ReadonlySet<string>): FileTry {
  const key = String(row['key']);
  return {
    key,
    outcome: row['outcome'] as FileTry['outcome'],
    transaction: Number(row['transaction']),
    isOutside: outside.has(key),
  };
}

/** How many documents are kept. */
const mostKept = 5;

/** In one transaction, which does not wait for the disk: what a crash of the server undoes is kept again. */
export async function keep(
  { client, schema, runner }: CatalogContext,
  kept: ToKeep,
): Promise<boolean> {
  const table = `${identifier(schema)}.catalogs`;
  const rows = await client.run(`set local synchronous_commit = off;
insert into ${table} (id, revision, fingerprint, document, mark, progress, transaction_id, reader, ignored, has_drift, kept_by, pgm_version)
select ${kept.id}, ${literal(kept.revision)}, ${literal(kept.fingerprint)}, ${documentOf(kept, table)}, ${literal(kept.mark)},
  ${literal(kept.progress)}, ${kept.transaction}, ${literal(kept.reader)}, array[${kept.ignored.map(literal).join(', ')}]::text[],
  ${String(kept.hasDrift)}, session_user || ${literal(`@${runner.host}`)}, ${literal(runner.version)}
on conflict do nothing returning true as kept;
delete from ${table} where id <= ${kept.id - mostKept}`);
  return rows.flat().some((row) => row['kept'] === true);
}

function documentOf({ expected, id }: ToKeep, table: string): string {
  if (expected === null) return `(select document from ${table} where id = ${id - 1})`;
  const zipped = gzipSync(documentOfExpected(expected));
  return `pg_catalog.decode('${zipped.toString('base64')}', 'base64')`;
}
