import { gunzipSync } from 'node:zlib';
import {
  type ExpectedCatalog,
  expectedIn,
  type FileTry,
  type Glance,
  type KeptHead,
  type LiveCatalog,
  type Since,
} from '../../core/drift/kept-catalog.js';
import type { Runner } from '../../core/ports.js';
import { historyLayout } from '../../core/run/history.js';
import { inFull, nextTransaction, writersIn, writersSince } from '../catalog/last-writers.js';
import {
  beginReading,
  catalogIn,
  inOne,
  readingBy,
  readingQuestion,
  readSettings,
} from '../catalog/read-catalog.js';
import { tooNew } from '../history/found-layout.js';
import type { Client } from '../wire/client.js';
import type { Rows } from '../wire/driver.js';
import { identifier, iso } from '../wire/quote.js';
import { hasCatalogs, markExpression, progressExpression } from './mark.js';

/** The backend to ask; its history is in `schema`. */
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
  const asked = `${noLongWait}${layoutQuestion(schema)};${headQuestion(schema)}`;
  const [, layouts, [head] = []] = await client.run(asked);
  const layout = Number(layouts?.[0]?.['layout']);
  if (layout > historyLayout) throw tooNew(layout, schema);
  // Without a document there is nothing to compare it with, and it is most of the cost of a glance.
  const mark = head === undefined ? "''" : markExpression(majorOf(version));
  const [, [now] = []] = await client.run(`${noLongWait}${nowQuestion(schema, mark)}`);
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

function nowQuestion(schema: string, mark: string): string {
  const snapshot = 'pg_catalog.pg_current_snapshot()';
  return `select ${mark} as mark, ${progressExpression(schema)} as progress,
  pg_catalog.pg_snapshot_xmax(${snapshot})::text::float8 as next, pg_catalog.pg_snapshot_xmin(${snapshot})::text::float8 as oldest`;
}

function majorOf(version: string): number {
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

/** How many times a catalog that others change meanwhile is read. */
const tries = 3;

/**
 * The server writes definitions from the current catalog, not from the snapshot of the transaction: what was read is
 * consistent only if the mark was the same before and after. Costs two round trips if no transaction has ended meanwhile, so
 * that nothing has changed.
 */
export async function readLive(
  context: CatalogContext,
  since: Since | null,
  ignored: readonly string[],
): Promise<LiveCatalog> {
  const { client } = context;
  for (let left = tries - 1; ; left -= 1) {
    const { live, next } = await orBack(client, () => readOnce(context, since, ignored));
    if (left === 0 || next === live.transaction) return live;
    const mark = markExpression(majorOf(client.facts.version));
    const [now] = await client.run(`select ${mark} as mark`);
    if (now?.[0]?.['mark'] === live.mark) return live;
  }
}

async function orBack<T>(client: Client, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!client.lost) await client.run('rollback');
    throw error;
  }
}

interface ReadOnce {
  readonly live: LiveCatalog;
  /** The number of the next transaction after it was read. */
  readonly next: number;
}

async function readOnce(
  { client, schema, outside }: CatalogContext,
  since: Since | null,
  ignored: readonly string[],
): Promise<ReadOnce> {
  const now = nowQuestion(schema, markExpression(majorOf(client.facts.version)));
  const asked = await client.run(inOne(beginReading, readSettings, readingQuestion(client), now));
  const seen = asked.flat().find((row) => 'mark' in row);
  const { statements, digest, seesAll } = readingBy(client, schema, asked.flat());
  const more = [
    writersSince(since?.transaction ?? 0, seesAll),
    triesQuestion(schema, since?.progress ?? '0'),
    'commit',
    nextQuestion,
  ];
  const answers = await client.run(inOne(...statements, ...more), null);
  const [writers = [], attempts = [], next = []] = answers.slice(statements.length);
  const live = {
    catalog: catalogIn(client, answers.slice(0, statements.length).flat(), ignored),
    writers: writersIn(writers),
    tries: attempts.map((row) => tryIn(row, outside)),
    mark: String(seen?.['mark']),
    progress: String(seen?.['progress']),
    transaction: Number(seen?.['oldest']),
    reader: `${majorOf(client.facts.version)} ${digest} ${seesAll ? 'all' : 'part'}`,
  };
  return { live, next: Number(next[0]?.['next']) };
}

const nextQuestion =
  'select pg_catalog.pg_snapshot_xmax(pg_catalog.pg_current_snapshot())::text::float8 as next';

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
