import { ownError, type ServerError } from '../../core/failure/server-error.js';
import { sqlstates } from '../../core/failure/sqlstates.js';
import type { ServerFacts } from '../../core/run/report.js';
import type { Rows } from './driver.js';

/** What the server said about itself in its first answer, plus what only this folder needs. */
export interface Greeted extends ServerFacts {
  /** The pid of the backend; behind a pooler, of whichever backend answered. */
  readonly pid: number;
  /** When it started, as the server writes it. */
  readonly backendStart: string;
  /** The server can check whether its client is still there while it works for it. */
  readonly checksClients: boolean;
  /** The server counts what a transaction writes (`track_counts`). */
  readonly countsWrites: boolean;
}

/** A client without an answer yet. */
export const notGreeted: Greeted = {
  version: '',
  inRecovery: false,
  pooled: false,
  pid: 0,
  backendStart: '',
  checksClients: false,
  countsWrites: false,
};

/**
 * The first question on a connection. Functions and tables rather than views and joins: a new backend looks each of them
 * up for the first time, and took twice as long with views and joins.
 */
export const greeting = `select pg_catalog.current_setting('server_version') as version,
  pg_catalog.pg_is_in_recovery() as in_recovery, pg_catalog.pg_backend_pid() as pid,
  (select backend_start::text from pg_catalog.pg_stat_get_activity(pg_catalog.pg_backend_pid())) as backend_start,
  pg_catalog.current_setting('client_connection_check_interval', true) is not null
    and pg_catalog.strpos(pg_catalog.version(), 'linux') > 0 as checks_clients,
  pg_catalog.current_setting('track_counts')::boolean as counts_writes`;

/**
 * The greeting with a question that must not wait for a table lock: if it would have to, the server refuses it after a
 * second, or half of `withinMs` if that is less. A SET returns no rows, so the answers to the question come right after
 * the greeting's.
 */
export function withQuestion(question: string, withinMs: number): string {
  const lockTimeoutMs = Math.round(Math.min(withinMs / 2, 1_000));
  return `${greeting};\nset local lock_timeout = ${lockTimeoutMs};\n${question}`;
}

/**
 * Reads the answer. `connectedTo` is the backend that accepted the connection: behind a pooler it need not be the one
 * that answers.
 */
export function greetedBy([row]: Rows, connectedTo: number | null): Greeted {
  return {
    version: String(row?.['version']),
    inRecovery: row?.['in_recovery'] === true,
    pooled: row?.['pid'] !== connectedTo,
    pid: Number(row?.['pid']),
    backendStart: String(row?.['backend_start']),
    checksClients: row?.['checks_clients'] === true,
    countsWrites: row?.['counts_writes'] === true,
  };
}

/** The settings of a session that its server reports: at the start, and each change before the answer to a message ends. */
export class ReportedSettings {
  readonly #values = new Map<string, string>();
  #misread: string | null = null;

  readonly note = (name: string, value: string): void => {
    this.#values.set(name, value);
    this.#misread ??= this.misreading;
  };

  /** The name of a setting with which the server would now misread what we send; null if all is well. */
  get misreading(): string | null {
    const wrong = Object.entries(wanted).find(([name, value]) => {
      const now = this.#values.get(name) ?? value;
      return now !== value && !(now === anyBytes && this.hasAnyBytes);
    });
    return wrong?.[0] ?? null;
  }

  /** True if the database takes and gives bytes as they are, so that not all it holds need be UTF-8. */
  get hasAnyBytes(): boolean {
    return this.#values.get('server_encoding') === anyBytes;
  }

  /** The first such name since this was last called, even if all is well again. */
  takeMisread(): string | null {
    const name = this.#misread;
    this.#misread = null;
    return name;
  }
}

/** An encoding that is none: nothing is checked or translated. */
const anyBytes = 'SQL_ASCII';

/** How the server has to read what we send. */
const wanted = { client_encoding: 'UTF8', standard_conforming_strings: 'on' };

/** The error of a file that made the server misread what follows; null if it did not. */
export function misreading({
  settings,
}: {
  readonly settings: ReportedSettings;
}): ServerError | null {
  if (settings.misreading === null) return null;
  return ownError(
    sqlstates.invalidParameterValue,
    `an earlier statement of the file changed ${settings.misreading}, and the server would misread what follows`,
  );
}
