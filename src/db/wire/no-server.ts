import { type HostPort, describeHost } from '../../core/connection/connection.js';
import { DatabaseMissing, noPrimary, Refused, Transient } from '../../core/errors.js';
import { isSqlstate } from '../../core/failure/sqlstates.js';

/** None of the hosts is a primary, and a primary is asked for. `failures`: what happened at those that did not answer. */
export function lacksPrimary(hosts: readonly HostPort[], failures: readonly unknown[]): Transient {
  const standbys =
    failures.length === 0 ? 'all of them are standbys' : 'those that answer are standbys';
  const names = hosts.map(describeHost).join(', ');
  const message =
    hosts.length === 1
      ? `${names} is a standby, not a primary`
      : `no primary among ${names}: ${standbys}`;
  return new Transient(message, noPrimary);
}

/** When none of the hosts can be used: what a server that answered says, or else what happened at each host. */
export function ofAllHosts(failures: readonly unknown[]): Error {
  const telling = tellingOne(failures);
  if (!(telling instanceof Transient) || isAnswer(telling)) return telling;
  const { code, cause } = telling;
  const reasons = failures.map((error) => (error as Error).message);
  return new Transient([...new Set(reasons)].join(', '), code, { cause });
}

/** A server's own error is more useful than that another server, or transport, is unavailable; else the first error. */
export function tellingOne(failures: readonly unknown[]): Error {
  const missing = failures.find((error) => error instanceof DatabaseMissing);
  return (missing ?? failures.find(isAnswer) ?? failures[0]) as Error;
}

function isAnswer(error: unknown): boolean {
  if (error instanceof Refused) return true;
  return error instanceof Transient && isSqlstate(error.code ?? '');
}
