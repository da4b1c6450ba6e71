/** What pgm does with a keyword of libpq that somebody set. */
export type KeywordVerdict =
  | { readonly kind: 'taken' }
  /** Has no effect, and nothing is less safe for it; `reason` says why. */
  | { readonly kind: 'ignored'; readonly reason: string }
  /** Would promise what pgm does not do; `reason` says what to do. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Judges one keyword of a connection string. Values are compared, never repeated. */
export function judgeKeyword(keyword: string, value: string): KeywordVerdict {
  if (taken.has(keyword)) return { kind: 'taken' };
  const why = ignored.get(keyword);
  if (why !== undefined) return { kind: 'ignored', reason: why };
  const unsupported = refused.get(keyword);
  if (unsupported === undefined) return { kind: 'refused', reason: unknownReason(keyword) };
  const { harmless, advice } = unsupported;
  return harmless.includes(value.toLowerCase())
    ? { kind: 'taken' }
    : { kind: 'refused', reason: `the parameter ${keyword} is not supported: ${advice}` };
}

/** The values of `target_session_attrs` that fit a program that writes. */
export function isWritableTarget(value: string): boolean {
  return ['any', 'read-write', 'primary'].includes(value);
}

const taken = new Set([
  'host',
  'port',
  'user',
  'password',
  'dbname',
  'passfile',
  'sslmode',
  'sslrootcert',
  'sslcert',
  'sslkey',
  'sslpassword',
  'connect_timeout',
  'target_session_attrs',
]);

const ownKeepalives = 'pgm sets its own TCP keepalives';
const ownName =
  'pgm names its sessions pgm/<version> <host>, which is how runners recognise each other';

const ignored: ReadonlyMap<string, string> = new Map(
  Object.entries({
    application_name: ownName,
    fallback_application_name: ownName,
    client_encoding: 'pgm always speaks UTF8',
    keepalives: ownKeepalives,
    keepalives_idle: ownKeepalives,
    keepalives_interval: ownKeepalives,
    keepalives_count: ownKeepalives,
    tcp_user_timeout: 'pgm watches its connections itself',
    load_balance_hosts: 'hosts are tried in the order in which they are written',
    krbsrvname: 'pgm does not speak Kerberos',
    gsslib: 'pgm does not speak Kerberos',
    sslcompression: 'TLS compression is always off',
    sslsni: 'the host name is always sent',
  }),
);

interface Unsupported {
  /** Values that ask for what pgm does anyway. */
  readonly harmless: readonly string[];
  readonly advice: string;
}

const refused: ReadonlyMap<string, Unsupported> = new Map(
  Object.entries({
    hostaddr: { harmless: [], advice: 'give the address as the host' },
    options: {
      harmless: [],
      advice:
        'poolers refuse settings at start-up; use ALTER ROLE … SET, or SET inside the migration',
    },
    service: { harmless: [], advice: 'write the settings of the service out here' },
    replication: {
      harmless: ['false', 'off', 'no', '0'],
      advice: 'migrations need an ordinary connection; remove it',
    },
    gssencmode: { harmless: ['disable', 'prefer'], advice: 'use TLS: sslmode=verify-full' },
    channel_binding: {
      harmless: ['disable', 'prefer'],
      advice: 'remove it and use sslmode=verify-full, which proves the server as well',
    },
    sslnegotiation: { harmless: ['postgres'], advice: 'remove it' },
    sslcertmode: { harmless: ['allow'], advice: 'remove it; sslcert decides' },
    sslcrl: { harmless: [], advice: 'revocation lists are not read; remove it' },
    sslcrldir: { harmless: [], advice: 'revocation lists are not read; remove it' },
    require_auth: { harmless: [], advice: 'remove it and use sslmode=verify-full' },
    requirepeer: { harmless: [], advice: 'remove it' },
    ssl_min_protocol_version: {
      harmless: ['tlsv1', 'tlsv1.1', 'tlsv1.2'],
      advice: 'at least TLSv1.2 is always used; set a higher bound in the server',
    },
    ssl_max_protocol_version: { harmless: ['tlsv1.3'], advice: 'set the bound in the server' },
  }),
);

function unknownReason(keyword: string): string {
  if (keyword === 'ssl') return 'the parameter ssl has to be ssl=true; or use sslmode';
  return /^[A-Za-z_]{1,40}$/.test(keyword)
    ? `"${keyword}" is no connection parameter of PostgreSQL: correct or remove it`
    : 'one of its parameters is no connection parameter of PostgreSQL: correct or remove it';
}
