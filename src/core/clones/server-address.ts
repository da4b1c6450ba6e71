import { parseConnectionString } from '../connection/parse-connection-string.js';
import {
  type HostPort,
  pairHosts,
  parseHostList,
  parsePortList,
  parseSslMode,
  type SslMode,
} from '../connection/connection.js';
import { accepted, type Parsed, refused } from '../text/words.js';

/** A server for tests, from a connection string; the database in it is only the one to connect to first. */
export interface ServerAddress {
  readonly hosts: readonly HostPort[];
  readonly user: string;
  /** Null where the string has none. */
  readonly password: string | null;
  readonly database: string | null;
  readonly sslMode: SslMode;
  /** A file, or null. */
  readonly rootCertificate: string | null;
}

const known = ['host', 'port', 'user', 'password', 'dbname', 'sslmode', 'sslrootcert'];

/** Parses strictly: ignoring a part could mean another server, or another session. Reasons quote no value. */
export function parseServerAddress(text: string): Parsed<ServerAddress> {
  const { keywords, problems } = parseConnectionString(text);
  const [problem] = problems;
  if (problem !== undefined) return refused(problem);
  const unknown = [...keywords.keys()].find((keyword) => !known.includes(keyword));
  if (unknown !== undefined) {
    return refused(`only its parameters ${known.slice(5).join(' and ')} are known here`);
  }
  const user = keywords.get('user');
  if (user === undefined) return refused('it has no user: write postgresql://USER@host/database');
  const hosts = hostsOf(keywords);
  if (hosts.kind === 'refused') return hosts;
  const sslMode = parseSslMode(keywords.get('sslmode') ?? 'prefer');
  if (sslMode.kind === 'refused') return refused(`its sslmode: ${sslMode.reason}`);
  return accepted({
    hosts: hosts.value,
    user,
    password: keywords.get('password') ?? null,
    database: keywords.get('dbname') ?? null,
    sslMode: sslMode.value,
    rootCertificate: keywords.get('sslrootcert') ?? null,
  });
}

function hostsOf(keywords: ReadonlyMap<string, string>): Parsed<readonly HostPort[]> {
  const hosts = parseHostList(keywords.get('host') ?? 'localhost');
  if (hosts.kind === 'refused') return hosts;
  const ports = parsePortList(keywords.get('port') ?? '5432');
  if (ports.kind === 'refused') return ports;
  return pairHosts(hosts.value, ports.value);
}

/** In the form most drivers read; a null `password` is left out. */
export function urlOf(
  { hosts, user, sslMode, rootCertificate }: ServerAddress,
  database: string,
  password: string | null,
): string {
  const secret = password === null ? '' : `:${encodeURIComponent(password)}`;
  const sockets = hosts.filter(({ host }) => host.startsWith('/'));
  const authority = hosts
    .map(({ host, port }) => (host.startsWith('/') ? `:${port}` : `${bracketed(host)}:${port}`))
    .join(',');
  const parameters = [
    ...sockets.map(({ host }) => `host=${encodeURIComponent(host)}`),
    ...(sslMode === 'prefer' ? [] : [`sslmode=${sslMode}`]),
    ...(rootCertificate === null ? [] : [`sslrootcert=${encodeURIComponent(rootCertificate)}`]),
  ];
  const query = parameters.length === 0 ? '' : `?${parameters.join('&')}`;
  return `postgresql://${encodeURIComponent(user)}${secret}@${authority}/${encodeURIComponent(database)}${query}`;
}

function bracketed(host: string): string {
  return host.includes(':') ? `[${host}]` : host;
}
