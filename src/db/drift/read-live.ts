import type { FileTry, KeptHead, LiveCatalog, Since } from '../../core/drift/kept-catalog.js';
import { inFull, nextTransaction, writersOf, writersSince } from '../catalog/last-writers.js';
import { markQuestion } from '../catalog/mark.js';
import {
  beginReading,
  catalogIn,
  type CatalogReading,
  inOne,
  readingBy,
  readingQuestions,
  readSettings,
} from '../catalog/read-catalog.js';
import type { Client } from '../wire/client.js';
import type { Rows } from '../wire/driver.js';
import { identifier } from '../wire/quote.js';
import { type CatalogContext, majorOf, nowQuestion } from './catalog-questions.js';

/** See `CatalogQuestions`. */
export async function readLive(
  context: CatalogContext,
  since: Since | null,
  ignored: readonly string[],
): Promise<LiveCatalog> {
  const { live } = await steadily(context, async () =>
    readRest(context, await begin(context), { since, ignored }),
  );
  return live;
}

/** See `CatalogQuestions`. */
export async function readChanged(
  context: CatalogContext,
  kept: KeptHead,
  ignored: readonly string[],
): Promise<LiveCatalog | null> {
  const read = await steadily(context, async () => {
    const begun = await begin(context);
    if (begun.mark !== kept.mark) return readRest(context, begun, { since: kept, ignored });
    await context.client.run('commit');
    return null;
  });
  return read?.live ?? null;
}

/** How many times a catalog that others change meanwhile is read. */
const tries = 3;

/**
 * The server writes definitions from the current catalog, not from the snapshot of the transaction: what was read is
 * consistent only if the mark was the same before and after. Costs two round trips if no transaction has ended meanwhile, so
 * that nothing has changed.
 */
async function steadily<T extends ReadOnce | null>(
  { client }: CatalogContext,
  readOnce: () => Promise<T>,
): Promise<T> {
  for (let left = tries - 1; ; left -= 1) {
    const read = await orBack(client, readOnce);
    if (left === 0 || read === null || read.next === read.live.transaction) return read;
    const [now] = await client.run(markQuestion(majorOf(client.facts.version)));
    if (now?.[0]?.['mark'] === read.live.mark) return read;
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

/** A transaction in which the catalog can be read. */
interface Begun extends Pick<LiveCatalog, 'mark' | 'progress' | 'transaction'> {
  readonly reading: CatalogReading;
}

async function begin({ client, schema }: CatalogContext): Promise<Begun> {
  const questions = [...readingQuestions(client), nowQuestion(schema)];
  const asked = await client.run(inOne(beginReading, readSettings, ...questions));
  const seen = asked.flat().find((row) => 'progress' in row);
  const reading = readingBy(client, schema, asked.flat());
  return {
    reading,
    mark: reading.mark,
    progress: String(seen?.['progress']),
    transaction: Number(seen?.['oldest']),
  };
}

interface Reading {
  readonly since: Since | null;
  readonly ignored: readonly string[];
}

async function readRest(
  { client, schema, outside }: CatalogContext,
  { reading, ...begun }: Begun,
  { since, ignored }: Reading,
): Promise<ReadOnce> {
  const { statements, digest, seesAll, empty } = reading;
  const more = [
    writersSince(since?.transaction ?? 0, { seesAll, empty }),
    triesQuestion(schema, since?.progress ?? '0'),
    'commit',
    nextQuestion,
  ];
  const answers = await client.run(inOne(...statements, ...more), null);
  const [writers = [], attempts = [], next = []] = answers.slice(statements.length);
  const objects = answers.slice(0, statements.length).flat();
  const live = {
    ...begun,
    catalog: catalogIn(client, objects, ignored),
    writers: writersOf(objects, writers),
    tries: attempts.map((row) => tryIn(row, outside)),
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
