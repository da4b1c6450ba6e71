import { HistoryTooNew, Refused } from '../../core/errors.js';
import type { ServerError } from '../../core/failure/server-error.js';
import { sqlstates } from '../../core/failure/sqlstates.js';
import { historyLayout, historyTables } from '../../core/run/history.js';
import type { Client } from '../wire/client.js';
import { serverErrorOf } from '../wire/errors.js';
import { identifier, literal } from '../wire/quote.js';
import { attemptColumns, rowColumns } from './history-row.js';

/** What exists of a history. */
export interface FoundLayout {
  /** 0: there is no history. */
  readonly layout: number;
  /** It is recorded more than once: a copy of the rows was loaded into the table. */
  readonly isDoubled: boolean;
  /** It is not recorded at all: the tables come from a dump without rows. */
  readonly isUnnoted: boolean;
}

/** Columns by which the tables of each layout are known, besides those of the layout before. */
const marks = [
  ['layout.version', 'migrations.applied_checksum', 'attempts.outcome'],
  ['migrations.statements_done'],
  ['intents.stated_by'],
  ['catalogs.document'],
] as const;

/** Throws `Refused` if the tables were not made by pgm, and `HistoryTooNew`. */
export async function findLayout(client: Client, schema: string): Promise<FoundLayout> {
  const [rows] = await client.run(`
select c.relname || '.' || a.attname as column from pg_catalog.pg_attribute a
join pg_catalog.pg_class c on c.oid = a.attrelid join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where n.nspname = ${literal(schema)} and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped`);
  const columns = new Set((rows ?? []).map((row) => String(row['column'])));
  const missing = marks.findIndex((each) => each.some((column) => !columns.has(column)));
  const shape = missing === -1 ? marks.length : missing;
  if (shape === 0) throw notOurs(schema);
  const [noted] = await client.run(`
select pg_catalog.max(version) as layout,
  pg_catalog.count(*) > pg_catalog.count(distinct version) as is_doubled from ${identifier(schema)}.layout`);
  const layout = Number(noted?.[0]?.['layout'] ?? 0);
  if (layout > historyLayout) throw tooNew(layout, schema);
  const isDoubled = noted?.[0]?.['is_doubled'] === true;
  return { layout: layout === 0 ? shape : layout, isDoubled, isUnnoted: layout === 0 };
}

/** Records a layout that a dump without rows left out. */
export function notedAgain({ layout }: FoundLayout, pgm: string): string {
  return `insert into ${pgm}.layout (version) select pg_catalog.generate_series(1, ${layout});`;
}

/** True for errors about tables or columns that a history has. */
export function isAboutTables(error: unknown): boolean {
  const sqlstate = serverErrorOf(error)?.sqlstate;
  return sqlstate === sqlstates.undefinedTable || sqlstate === sqlstates.undefinedColumn;
}

export function notOurs(historySchema: string, because?: string): Refused {
  return new Refused(
    `the schema "${historySchema}" has tables of these names that are not a history of pgm, or not a whole one ` +
      `(${historyTables.join(', ')})${because === undefined ? '' : `: ${because}`}; keep the history elsewhere with --history-schema`,
    sqlstates.duplicateTable,
  );
}

/** Some were dropped. */
export function lacksTables(historySchema: string): Refused {
  const message = `the history in schema "${historySchema}" lacks its tables`;
  return new Refused(message, sqlstates.undefinedTable);
}

/** Throws `Refused` if a table of a history is gone, or a column that each file writes. */
export async function assertWhole(client: Client, schema: string): Promise<void> {
  const pgm = identifier(schema);
  const tables = historyTables.map((name) => literal(`${pgm}.${name}`));
  const [rows] = await client.run(
    `select pg_catalog.bool_and(pg_catalog.to_regclass(name) is not null) as whole
from pg_catalog.unnest(array[${tables.join(', ')}]) as name`,
  );
  if (rows?.[0]?.['whole'] !== true) throw lacksTables(schema);
  try {
    await client.run(`select ${rowColumns}, statements_done from ${pgm}.migrations limit 0;
select ${attemptColumns}, duration_ms from ${pgm}.attempts limit 0`);
  } catch (error) {
    if (!isAboutTables(error)) throw error;
    throw lacksColumn(schema, serverErrorOf(error)?.message);
  }
}

/** A column was dropped or renamed, as the server says. */
function lacksColumn(historySchema: string, message: string | undefined): Refused {
  const words = `the history in schema "${historySchema}" is not as pgm made it: ${message ?? 'a column is missing'}`;
  return new Refused(words, sqlstates.undefinedColumn);
}

/** A row of the history could not be written because its tables have rules. */
export function hasRules(
  { message, sqlstate }: Pick<ServerError, 'message' | 'sqlstate'>,
  historySchema: string,
): Refused {
  const words = `the history in schema "${historySchema}" cannot be written: ${message} (${sqlstate})`;
  const advice = `drop the rules on its tables: select * from pg_rules where schemaname = ${literal(historySchema)}`;
  return new Refused(`${words}; ${advice}`, sqlstate);
}

/** A history with the layout of a newer pgm may mean things we do not know; only a newer pgm may read it. */
export function tooNew(layout: number, historySchema: string): HistoryTooNew {
  return new HistoryTooNew(
    `the history in schema "${historySchema}" has layout ${layout}, this pgm knows layouts up to ${historyLayout}; ` +
      'use the newer pgm that wrote it, or another --history-schema',
  );
}
