import { printable } from '../files/names.js';
import { accepted, refused, type Parsed } from '../text/words.js';

/** How to reach PostgreSQL, after flags, environment and defaults are resolved. Secrets are read by the functions. */
export interface ConnectionSettings {
  /** Host names, addresses or socket directories, tried in order; at least one. */
  readonly hosts: readonly HostPort[];
  readonly user: string;
  readonly database: string;
  /** Databases to connect to for `CREATE DATABASE`, in the order they are tried. */
  readonly maintenanceDatabases: readonly string[];
  readonly tls: TlsSettings;
  /** The connection string asks for a writable server; default false: a standby will do. */
  readonly needsPrimary?: boolean | undefined;
  /** Seconds that one attempt to connect may take. */
  readonly connectTimeoutSeconds: number;
  /** Called for each connection, so that a rotated Secret needs no restart; null when there is no password. */
  readonly readPassword: (host: HostPort, database: string) => Promise<string | null>;
  /** Where they come from: flags, variables and files, as messages name them. */
  readonly origins: Origins;
  /** Called for each connection if the connection string is in a file: its current content. Throws `Transient`. */
  readonly readLogin?: (() => Promise<Login>) | undefined;
}

/** Where to look if the server refuses the login, or none is there. */
export interface Origins extends LoginOrigins {
  /** What names host and port, or could. */
  readonly server: string;
}

export interface LoginOrigins {
  readonly user: string;
  /** Where it was found; without one, where it could be. */
  readonly password: string;
}

/** What may have changed since the start: a rotated Secret has another user, a moved server another host. */
type Login = Pick<ConnectionSettings, 'hosts' | 'user' | 'readPassword'>;

/** The settings for the next connection. */
export async function currentSettings(settings: ConnectionSettings): Promise<ConnectionSettings> {
  return { ...settings, ...(await settings.readLogin?.()) };
}

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** The modes of libpq, with the same meaning. */
export type SslMode = (typeof sslModes)[number];

const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;

export interface TlsSettings {
  readonly mode: SslMode;
  /** Called for each connection. */
  readonly readMaterial: () => Promise<TlsMaterial>;
}

/** PEM texts for one connection. `ca` is null for the authorities of the system (`sslrootcert=system`). */
export interface TlsMaterial {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  readonly keyPassphrase: string | null;
}

/** The target as text. It may be printed anywhere except in an HTTP answer that is open to everyone. */
export function describeTarget({ hosts, database }: ConnectionSettings): string {
  return `${hosts.map(describeHost).join(',')}/${database}`;
}

/** `host:port`, an IPv6 address in brackets. */
export function describeHost({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

/** Reads `h1,h2,/socket/dir`. Reasons never quote the text: in a misread URL it may be part of a password. */
export function parseHostList(text: string): Parsed<readonly string[]> {
  const hosts = text.split(',').map((host) => host.trim());
  if (hosts.includes('')) return refused('write a host on both sides of every comma');
  if (hosts.some((host) => /^[^/:]*:[^:]*$/.test(host))) {
    return refused('give the host without a port: the port is a separate setting');
  }
  if (!hosts.every((host) => /^\/|^[^\s/@?#[\]"']+$/.test(host))) {
    return refused('use a host name, an address or a socket directory that starts with "/"');
  }
  return accepted(hosts);
}

/** Reads `5432` or `5432,,5433`; an empty entry is null, which stands for the default port. */
export function parsePortList(text: string): Parsed<readonly (number | null)[]> {
  const ports = text.split(',').map((port) => port.trim());
  if (!ports.every((port) => port === '' || isPort(port))) {
    return refused('use a port between 1 and 65535');
  }
  return accepted(ports.map((port) => (port === '' ? null : Number(port))));
}

/** A single port is used for all hosts; otherwise there must be as many ports as hosts. */
export function pairHosts(
  hosts: readonly string[],
  ports: readonly (number | null)[],
): Parsed<readonly HostPort[]> {
  if (ports.length > 1 && ports.length !== hosts.length) {
    return refused(
      `${hosts.length} hosts and ${ports.length} ports do not match: give one port, or one for each host`,
    );
  }
  return accepted(
    hosts.map((host, at) => ({
      host,
      port: (ports.length === 1 ? ports[0] : ports[at]) ?? usualPort,
    })),
  );
}

export function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= 65535;
}

const usualPort = 5432;

/** How one connection uses TLS. */
export interface TlsPolicy {
  /** In the order they are tried; the next one only when the server rejects the one before. */
  readonly attempts: readonly ('tls' | 'plain')[];
  /** The certificate must be signed by a trusted authority. */
  readonly verifyChain: boolean;
  /** The certificate must be issued for the host we connect to. */
  readonly verifyName: boolean;
}

/**
 * What a mode means for a connection to a host, as in libpq; connections over a Unix socket never use TLS. `require`
 * with a CA certificate verifies the chain. `allow` and `prefer` never verify: a failed check would only lead to plain
 * text, which protects less.
 */
export function tlsPolicy(mode: SslMode, { ca }: Pick<TlsMaterial, 'ca'>): TlsPolicy {
  switch (mode) {
    case 'disable':
      return { attempts: ['plain'], verifyChain: false, verifyName: false };
    case 'allow':
      return { attempts: ['plain', 'tls'], verifyChain: false, verifyName: false };
    case 'prefer':
      return { attempts: ['tls', 'plain'], verifyChain: false, verifyName: false };
    case 'require':
      return { attempts: ['tls'], verifyChain: ca !== null, verifyName: false };
    case 'verify-ca':
      return { attempts: ['tls'], verifyChain: true, verifyName: false };
    case 'verify-full':
      return { attempts: ['tls'], verifyChain: true, verifyName: true };
  }
}

export function parseSslMode(text: string): Parsed<SslMode> {
  const mode = sslModes.find((known) => known === text);
  return mode === undefined ? refused(`use one of ${sslModes.join(', ')}`) : accepted(mode);
}

/** A database or role name as PostgreSQL keeps it. */
export function parseIdentifier(text: string): Parsed<string> {
  return Buffer.byteLength(text) <= longestIdentifier
    ? accepted(text)
    : refused(`it is longer than the ${longestIdentifier} bytes PostgreSQL allows: shorten it`);
}

const longestIdentifier = 63;

/**
 * Kubernetes sets `<SERVICE>_PORT=tcp://10.0.0.1:5432` for every Service of the namespace, so a Service named "postgres"
 * sets our POSTGRES_PORT to something that is not a port, without anyone intending it.
 */
export function isServiceLink(text: string | undefined): boolean {
  return text !== undefined && /^(?:tcp|udp|sctp):\/\/[^@]*$/.test(text.trim());
}

/** A value in a message: one line, not too long, and not at all when it may be a connection string with a password. */
export function shown(text: string): string {
  if (/[@]|:\/\/|password/i.test(text)) return '(not shown, it may hold a password)';
  const line = printable(text);
  return `"${line.length > longestShown ? `${line.slice(0, longestShown)}…` : line}"`;
}

const longestShown = 60;
