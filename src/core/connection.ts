/** How to reach PostgreSQL, after flags, environment and defaults were read. Holds no secret: those come from the functions. */
export interface ConnectionSettings {
  /** Host names, addresses or socket directories, tried in order; at least one. */
  readonly hosts: readonly HostPort[];
  readonly user: string;
  readonly database: string;
  /** Where `CREATE DATABASE` is sent from, in the order they are tried. */
  readonly maintenanceDatabases: readonly string[];
  readonly tls: TlsSettings;
  /** Seconds one attempt to connect may take. */
  readonly connectTimeoutSeconds: number;
  /** Asked at each connect, so that a rotated Secret works without a restart; null when there is no password. */
  readonly readPassword: (host: HostPort, database: string) => Promise<string | null>;
}

export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** libpq's words and meanings. `verify-full` also compares the host name with the certificate. */
export type SslMode = 'disable' | 'allow' | 'prefer' | 'require' | 'verify-ca' | 'verify-full';

export interface TlsSettings {
  readonly mode: SslMode;
  /** Asked at each connect; PEM texts. */
  readonly readMaterial: () => Promise<TlsMaterial>;
}

/** PEM texts for one connect. `ca` is null for the system's own authorities (`sslrootcert=system`). */
export interface TlsMaterial {
  readonly ca: string | null;
  readonly cert: string | null;
  readonly key: string | null;
  readonly keyPassphrase: string | null;
}

/** The target in words that may be printed anywhere but in an open HTTP body. */
export function describeTarget({ hosts, database }: ConnectionSettings): string {
  return `${hosts.map(describeHost).join(',')}/${database}`;
}

/** `host:port`, an IPv6 address in brackets. */
export function describeHost({ host, port }: HostPort): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
