import type { MigrationFailure } from '../../core/failure/failure.js';
import type { Migration } from '../../core/files/migration.js';
import type { Runner } from '../../core/ports.js';
import type { Place } from './history-witness.js';
import type { Intent, Intents, OwnIntent } from '../../core/run/intents.js';
import type { Rows } from '../wire/driver.js';
import { identifier, iso, literal } from '../wire/quote.js';

/** What every row of the history says about its origin. */
export interface Origin {
  readonly historySchema: string;
  readonly runner: Runner;
  readonly revision: string;
}

export const rowColumns = 'schema, filename, state, checksum, revision, pgm_version, applied_by';
export const attemptColumns =
  'schema, filename, outcome, checksum, revision, pgm_version, applied_by, started_at';

/** What a row says about a migration and where it comes from, each an expression. */
export type RowParts = readonly [
  schema: string,
  filename: string,
  checksum: string,
  revision: string,
  version: string,
  host: string,
];

export function asLiterals(migration: Migration, { runner, revision }: Origin): RowParts {
  const { schema, filename, checksum } = migration;
  const file = [literal(schema), literal(filename), literal(checksum)] as const;
  return [...file, literal(revision), literal(runner.version), literal(`@${runner.host}`)];
}

/** For a statement that is prepared: its values are the literals. */
export const asParameters: RowParts = ['$1', '$2', '$3', '$4', '$5', '$6'];

/** `state` is an expression, as are `outcome` and `startedAt`. */
export function rowValues(parts: RowParts, state: string): string {
  const [schema, filename, checksum, revision, version, host] = parts;
  return [schema, filename, state, checksum, revision, version, appliedBy(host)].join(', ');
}

export function attemptValues(parts: RowParts, outcome: string, startedAt: string): string {
  return `${rowValues(parts, outcome)}, ${startedAt}`;
}

export function provenance([, , , revision, version, host]: RowParts): string {
  return `revision = ${revision}, pgm_version = ${version}, applied_by = ${appliedBy(host)}`;
}

/** The condition that matches the row of a migration. */
export function isRow([schema, filename]: RowParts): string {
  return `schema = ${schema} and filename = ${filename}`;
}

export function placeOf(migration: Migration, origin: Origin): Place {
  return { historySchema: origin.historySchema, isRow: isRow(asLiterals(migration, origin)) };
}

function appliedBy(host: string): string {
  return `session_user || ${host}`;
}

/** A reason of our own, as stored in a row. */
export function reasonOf(message: string): MigrationFailure {
  return {
    kind: 'refused',
    sqlstate: null,
    message,
    detail: null,
    hint: null,
    context: null,
    place: null,
    excerpt: null,
    advice: null,
  };
}

/** The first layout that has a table for intents. */
export const layoutWithIntents = 3;

/** An expression: a time in microseconds since 1970, which a float8 holds exactly. */
function microseconds(time: string): string {
  return `(extract(epoch from ${time}) * 1000000)::bigint::float8`;
}

/** An expression: the server's clock in microseconds since 1970. */
export const serverNow = microseconds('pg_catalog.clock_timestamp()');

/**
 * An expression: the server's clock, and the newest intent for these schemas if there is one, in words. A name may contain
 * blanks, so it comes last.
 */
export function newestIntent(pgm: string, schemas: readonly string[] | null): string {
  const wanted = schemas === null ? '' : `where schemas = '{}' or schemas && ${textArray(schemas)}`;
  const fields = [
    `${microseconds('at')}::bigint`,
    iso('at'),
    'revision',
    `(in_full_at is not null and schemas = ${textArray(schemas ?? [])})::text`,
  ];
  return `${serverNow}::bigint || ' ' || coalesce((select pg_catalog.concat_ws(' ', ${fields.join(', ')}, stated_by)
    from ${pgm}.intents ${wanted} order by intents.at desc, revision desc limit 1), '')`;
}

/** What these words say, asked for `schemas`; null for none. */
export function newestIn(
  [now, at, since, revision, inFull, ...by]: readonly string[],
  schemas: readonly string[] | null,
): Intents | null {
  if (now === undefined || now === '') return null;
  if (since === undefined || revision === undefined)
    return { now: Number(now), known: [], inFull: [] };
  const newest: Intent = {
    revision,
    schemas,
    at: Number(at),
    since,
    by: by.join(' '),
    inFull: inFull === 'true',
  };
  return { now: Number(now), known: [newest], inFull: [] };
}

/** How many of the newest intents are read: an older one cannot matter to a runner that is still there. */
const intentsRead = 100;

/** Two statements, for `intentsIn`. */
export function intentsQuestion(pgm: string): string {
  return `
select ${serverNow} as now, (
  select pg_catalog.jsonb_agg(distinct pg_catalog.to_jsonb(schemas)) from ${pgm}.intents where in_full_at is not null
) as in_full;
select revision, pg_catalog.to_jsonb(schemas) as schemas, ${microseconds('at')} as at,
  ${iso('at')} as since, stated_by as by,
  in_full_at is not null as in_full
from ${pgm}.intents order by intents.at desc, revision desc limit ${intentsRead}`;
}

export function intentsIn([general, rows = []]: readonly Rows[]): Intents {
  const stored = rows as unknown as readonly StoredIntent[];
  const first = general?.[0];
  const inFull = (first?.['in_full'] ?? []) as readonly (readonly string[])[];
  const known = stored.map(({ schemas, in_full, ...intent }) => {
    return { ...intent, schemas: scopeOf(schemas), inFull: in_full };
  });
  return { now: Number(first?.['now']), known, inFull: inFull.map(scopeOf) };
}

/** Stored without any, an intent is about all schemas. */
function scopeOf(schemas: readonly string[]): Intent['schemas'] {
  return schemas.length === 0 ? null : schemas;
}

interface StoredIntent {
  readonly revision: string;
  readonly schemas: readonly string[];
  readonly at: number;
  readonly since: string;
  readonly by: string;
  readonly in_full: boolean;
}

/**
 * Records an intent; one that is recorded already only gets newer, and stays one that was once applied in full. A crash of
 * the server may undo it: the commit does not wait for the disk.
 */
export function intentMessage(
  { revision, schemas, at }: OwnIntent,
  { historySchema, runner }: Pick<Origin, 'historySchema' | 'runner'>,
  inFull: boolean,
): string {
  const time = `'epoch'::timestamptz + ${at} * interval '1 microsecond'`;
  const values = [
    literal(revision),
    textArray(schemas ?? []),
    time,
    appliedBy(literal(`@${runner.host}`)),
    literal(runner.version),
    inFull ? 'pg_catalog.clock_timestamp()' : 'null',
  ];
  return `set local synchronous_commit = off;
insert into ${identifier(historySchema)}.intents (revision, schemas, at, stated_by, pgm_version, in_full_at)
values (${values.join(', ')})
on conflict (revision, schemas) do update set
  (at, stated_by, pgm_version) = (select at, stated_by, pgm_version from
    (values (intents.at, intents.stated_by, intents.pgm_version), (excluded.at, excluded.stated_by, excluded.pgm_version))
      as either (at, stated_by, pgm_version) order by either.at desc limit 1),
  in_full_at = coalesce(intents.in_full_at, excluded.in_full_at)
where excluded.at > intents.at or intents.in_full_at is null and excluded.in_full_at is not null`;
}

function textArray(texts: readonly string[]): string {
  return `array[${texts.map(literal).join(', ')}]::text[]`;
}
