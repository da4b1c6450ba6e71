import type { Migration } from '../../core/files/migration.js';
import type { Client } from '../wire/client.js';
import { serverErrorOf } from '../wire/errors.js';
import { leavesMore, setterMayHaveRun } from './hidden-settings.js';

/**
 * The state of a session, as a short text that is the same for two sessions in which a statement does the same: role,
 * settings (from any source, as a file may change those of its next session; not those that say who is connected, and how),
 * temporary objects, prepared statements, cursors, advisory locks, and channels it listens to. Null if the server refuses to
 * say, or may not see all: it does not list undeclared settings (`app.tenant`), and the last statement, `ran`, may have run a
 * function that made some. See `mayHaveMore` too.
 */
export async function sessionState(
  worker: Client,
  ran: { readonly command: string } | null,
): Promise<string | null> {
  // Behind a pooler each statement may get another backend, so the file has no session of its own.
  if (worker.facts.pooled) return 'pooled';
  try {
    const [rows] = await worker.run(
      question(ran === null ? 'false' : setterMayHaveRun(ran.command)),
    );
    return rows?.[0]?.['hides'] === true ? null : String(rows?.[0]?.['state']);
  } catch (error) {
    if (serverErrorOf(error) === null) throw error;
    return null;
  }
}

const parts = [
  [
    'name || pg_catalog.chr(1) || setting',
    // The server lists what a library declares once it is loaded, as PL/pgSQL is when a function runs.
    `pg_catalog.pg_settings
      where (source = 'session' or context in ('user', 'superuser')) and name !~ '^(application_name|tcp_)'
        and (setting is distinct from boot_val or name !~ '[.]')`,
  ],
  ['relname', 'pg_catalog.pg_class where relnamespace = pg_catalog.pg_my_temp_schema()'],
  [
    "pg_catalog.concat_ws(' ', classid, objid)",
    "pg_catalog.pg_depend where refclassid = 'pg_catalog.pg_namespace'::pg_catalog.regclass and refobjid = pg_catalog.pg_my_temp_schema()",
  ],
  ['name', 'pg_catalog.pg_prepared_statements'],
  ['name', 'pg_catalog.pg_cursors'],
  [
    "pg_catalog.concat_ws(' ', classid, objid, objsubid, mode)",
    "pg_catalog.pg_locks where locktype = 'advisory' and pid = pg_catalog.pg_backend_pid()",
  ],
  ['channel', 'pg_catalog.pg_listening_channels() as channel'],
] as const;

function question(hides: string): string {
  const lists = parts.map(
    ([what, from]) =>
      `coalesce((select pg_catalog.string_agg(item, pg_catalog.chr(2) order by item)
  from (select (${what})::text as item from ${from}) as items), '')`,
  );
  const all = ['session_user', 'current_user', ...lists].join(', ');
  return `select pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to(
  pg_catalog.concat_ws(pg_catalog.chr(3), ${all}), 'UTF8')), 'hex') as state,
  ${hides} as hides`;
}

/**
 * True if finished statements may have left state that the server does not list, besides settings: the seed of random(), a
 * loaded library, a connection of dblink, or the last value of a sequence that the rest asks for.
 */
export function mayHaveMore(finished: string, rest: string): boolean {
  if (leavesMore(finished)) return true;
  return /\b(?:curr|last)val\b/i.test(rest) && runsCode.test(finished);
}

/** Commands that may draw a number from a sequence, also in a function or a trigger. */
const runsCode =
  /nextval|setval|\b(?:insert|copy|merge|update|delete|select|values|do|call|execute|fetch)\b/i;

/**
 * The session as left by a file outside a transaction that lost to another session: what its finished statements have set up
 * stays for its next try in the same run.
 */
export class LeftSession {
  #by: string | null = null;

  leave(migration: Migration, done: number): void {
    this.#by = tryOf(migration, done);
  }

  /** True if exactly `done` statements of this file, and nothing else, ran in the session. */
  isBy(migration: Migration, done: number): boolean {
    return this.#by === tryOf(migration, done);
  }

  /** Must be called before the session is used for anything but a next try. */
  async clean(worker: Client): Promise<void> {
    if (this.#by === null) return;
    this.#by = null;
    if (!worker.lost) await worker.run('discard all');
  }
}

function tryOf({ key, checksum }: Migration, done: number): string {
  return `${key} ${checksum} ${done}`;
}
