import type { Client } from '../wire/client.js';

/**
 * What every file's session starts with, apart from its lock timeout. `local` is for a transaction: the settings end with
 * it, whatever happens to the file.
 *
 * - `client_connection_check_interval`: a backend whose client died keeps working, and holding locks, until it next
 *   writes to us; with this it checks (7.7 s without, 0.7 s with).
 * - `client_encoding`: a database in SQL_ASCII gives what is not UTF-8 only to a client that does not ask for UTF-8, and refuses
 *   even to say what is wrong; either way it takes the file as it is.
 * - `standard_conforming_strings`: the server has to read the file the same way as pgm has.
 * - `tcp_keepalives_*`: the same as the first for a client whose whole machine is gone.
 * - `track_counts`: without it we cannot tell whether a file wrote to the history. If it is off, only a superuser may turn it on.
 */
export function fileSettings(
  { facts, settings: { hasAnyBytes } }: Client,
  scope: 'local' | 'session',
): string {
  const settings = [
    ['standard_conforming_strings', 'on'],
    ...keepalives,
    ...(hasAnyBytes ? [['client_encoding', 'SQL_ASCII'] as const] : []),
    ...(facts.checksClients ? [['client_connection_check_interval', '500ms'] as const] : []),
    ...(scope === 'local' && !facts.countsWrites ? [['track_counts', 'on'] as const] : []),
  ];
  return settings.map(([name, value]) => `set ${scope} ${name} = '${value}';`).join(' ');
}

const keepalives = [
  ['tcp_keepalives_idle', '10'],
  ['tcp_keepalives_interval', '5'],
  ['tcp_keepalives_count', '3'],
] as const;

const keepaliveSettings = keepalives.map(([name, value]) => `${name} = ${value}`);

/**
 * For a session that holds a lock and is idle for as long as a run takes. If its machine is gone, it must not keep the
 * lock for the two hours of the kernel's default; and an `idle_session_timeout` was not meant for this session.
 */
export const forIdleSession = [...keepaliveSettings, 'idle_session_timeout = 0']
  .map((setting) => `set ${setting}`)
  .join('; ');

/** The same for a transaction, which the server would end for being idle, or since PostgreSQL 17 for running too long. */
export const withoutTimeouts = `${keepaliveSettings.map((setting) => `set local ${setting}`).join('; ')};
select pg_catalog.set_config(name, '0', true) from pg_catalog.pg_settings
where name in ('idle_in_transaction_session_timeout', 'transaction_timeout')`;
