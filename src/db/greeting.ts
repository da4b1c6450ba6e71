import type { ServerFacts } from '../core/report.js';
import { literal } from './quote.js';

/** What the server said of itself when it answered first, and what only this room needs of it. */
export interface Greeted extends ServerFacts {
  /** The backend's; behind a pooler, of the backend that happened to answer. */
  readonly pid: number;
  /** When it was born, as the server writes it. */
  readonly backendStart: string;
  /** The server can look whether its client is still there while it works for it. */
  readonly checksClients: boolean;
  /** The server counts what a transaction writes (`track_counts`). */
  readonly countsWrites: boolean;
  /** The history that was asked for was there. */
  readonly hasHistory: boolean;
}

/** A client that nobody has answered yet. */
export const notGreeted: Greeted = {
  version: '',
  inRecovery: false,
  pooled: false,
  pid: 0,
  backendStart: '',
  checksClients: false,
  countsWrites: false,
  hasHistory: false,
};

/**
 * The first question on a connection. `historySchema`: where a history may be. Functions and tables rather than views and
 * joins: a backend that was just born looks each of them up for the first time, and took twice as long with them.
 */
export function greeting(historySchema: string): string {
  return `select pg_catalog.current_setting('server_version') as version,
  pg_catalog.pg_is_in_recovery() as in_recovery, pg_catalog.pg_backend_pid() as pid,
  (select backend_start::text from pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid())) as backend_start,
  pg_catalog.current_setting('client_connection_check_interval', true) is not null
    and pg_catalog.strpos(pg_catalog.version(), 'linux') > 0 as checks_clients,
  pg_catalog.current_setting('track_counts')::boolean as counts_writes,
  ${hasHistory(historySchema)} as has_history`;
}

/** A greeting that must not wait for a table: should the question have to, the server's no comes before our patience ends. */
export function withQuestion(greeting: string, question: string, withinMs: number): string {
  return `${greeting};\nset local lock_timeout = ${Math.round(withinMs / 2)};\n${question}`;
}

/**
 * An expression that is true when the layout table is there; asking the catalog leaves no error in the server's log. Its
 * tables are read, and not `to_regclass`, which answers from a cache of the session's that nothing refreshes inside a
 * transaction: who waited for another to make the table, even for its lock, would still be told that there is none.
 */
export function hasHistory(historySchema: string): string {
  return `exists (select from pg_catalog.pg_class where relname = 'layout' and relnamespace =
    (select oid from pg_catalog.pg_namespace where nspname = ${literal(historySchema)}))`;
}

/** Its answer, as the driver gives it, with the pid of the backend that took the connection. */
export type GreetingRows = readonly [GreetingRow] & { readonly state: { readonly pid: number } };

interface GreetingRow {
  readonly version: string;
  readonly in_recovery: boolean;
  readonly pid: number;
  readonly backend_start: string;
  readonly checks_clients: boolean;
  readonly counts_writes: boolean;
  readonly has_history: boolean;
}

/** Behind a pooler the backend that took the connection need not be the one that answers. */
export function greetedBy({ 0: row, state }: GreetingRows): Greeted {
  return {
    version: row.version,
    inRecovery: row.in_recovery,
    pooled: state.pid !== row.pid,
    pid: row.pid,
    backendStart: row.backend_start,
    checksClients: row.checks_clients,
    countsWrites: row.counts_writes,
    hasHistory: row.has_history,
  };
}
