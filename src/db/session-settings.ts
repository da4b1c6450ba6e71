import type { Client } from './client.js';

/**
 * What every file's session starts with. `local` is for a transaction: gone with it, whatever becomes of the file.
 *
 * - `lock_timeout`: a waiting ALTER TABLE queues every reader behind it.
 * - `client_connection_check_interval`: a backend whose client died goes on working, and holding locks, until it writes
 *   to us next; with this it looks (7.7 s without, 0.7 s with).
 * - `standard_conforming_strings`: how pgm has read the file is how the server has to read it.
 * - `tcp_keepalives_*`: the same for a client whose whole machine is gone.
 */
export function fileSettings(
  client: Client,
  lockTimeoutMs: number,
  scope: 'local' | 'session',
): string {
  const settings = [['lock_timeout', String(lockTimeoutMs)], ...settingsOf(client)];
  return settings.map(([name, value]) => `set ${scope} ${name} = '${value}';`).join(' ');
}

/** The same, without the lock timeout, as names and values. */
export function settingsOf({ facts }: Client): readonly (readonly [name: string, value: string])[] {
  return [
    ['standard_conforming_strings', 'on'],
    ...keepalives,
    ...(facts.checksClients ? [['client_connection_check_interval', '500ms'] as const] : []),
  ];
}

const keepalives = [
  ['tcp_keepalives_idle', '10'],
  ['tcp_keepalives_interval', '5'],
  ['tcp_keepalives_count', '3'],
] as const;

const keepaliveSettings = keepalives.map(([name, value]) => `${name} = ${value}`);

/**
 * For a session that holds a lock and is idle for as long as a run takes. A holder whose machine is gone must not keep it
 * for the two hours that a kernel takes by itself; and whoever set `idle_session_timeout` did not mean this one.
 */
export const forIdleSession = [...keepaliveSettings, 'idle_session_timeout = 0']
  .map((setting) => `set ${setting}`)
  .join('; ');

/**
 * The same for a transaction, which the server would end for being idle, or since PostgreSQL 17 for being long.
 */
export const withoutTimeouts = `${keepaliveSettings.map((setting) => `set local ${setting}`).join('; ')};
select pg_catalog.set_config(name, '0', true) from pg_catalog.pg_settings
where name in ('idle_in_transaction_session_timeout', 'transaction_timeout')`;
