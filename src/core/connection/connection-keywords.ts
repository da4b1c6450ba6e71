/** What pgm does with a libpq keyword that was set. */
type KeywordVerdict =
  | { readonly kind: 'taken' }
  /** Has no effect, and ignoring it is safe; `reason` says why. */
  | { readonly kind: 'ignored'; readonly reason: string }
  /** Asks for something that pgm does not do; `reason` says what to do instead. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Judges one keyword of a connection string. The value is never repeated in the answer. */
export function judgeKeyword(keyword: string, value: string): KeywordVerdict {
  if (taken.has(keyword)) return { kind: 'taken' };
  const why = ignored.get(keyword);
  if (why !== undefined) return { kind: 'ignored', reason: why };
  const unsupported = refused.get(keyword);
  if (unsupported === undefined) return { kind: 'refused', reason: unknownReason(keyword) };
  const [advice, ...harmless] = unsupported;
  return harmless.includes(value.toLowerCase())
    ? { kind: 'taken' }
    : { kind: 'refused', reason: `the parameter ${keyword} is not supported: ${advice}` };
}

/** True for the values of `target_session_attrs` under which the server accepts writes. */
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

const ownKeepalives = 'pgm sets TCP keepalives itself';
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
    load_balance_hosts: 'hosts are tried in the order they are written',
    krbsrvname: 'pgm does not speak Kerberos',
    gsslib: 'pgm does not speak Kerberos',
    sslcompression: 'TLS compression is always off',
    sslsni: 'the host name is always sent',
  }),
);

/** The advice, then the values that ask for what pgm does anyway. */
type Unsupported = readonly [advice: string, ...harmless: string[]];

const refused: ReadonlyMap<string, Unsupported> = new Map(
  Object.entries<Unsupported>({
    hostaddr: ['give the address as the host'],
    options: [
      'poolers refuse settings at start-up; use ALTER ROLE … SET, or SET inside the migration',
    ],
    service: ['write the settings of the service here instead'],
    replication: [
      'migrations need an ordinary connection; remove it',
      ...['false', 'off', 'no', '0'],
    ],
    gssencmode: ['use TLS: sslmode=verify-full', 'disable', 'prefer'],
    channel_binding: [
      'remove it and use sslmode=verify-full, which also authenticates the server',
      ...['disable', 'prefer'],
    ],
    sslnegotiation: ['remove it', 'postgres'],
    sslcertmode: ['remove it; sslcert decides', 'allow'],
    sslcrl: ['pgm does not read revocation lists; remove it'],
    sslcrldir: ['pgm does not read revocation lists; remove it'],
    require_auth: ['remove it and use sslmode=verify-full'],
    requirepeer: ['remove it'],
    ssl_min_protocol_version: [
      'pgm always uses TLSv1.2 or later; set a higher minimum on the server',
      ...['tlsv1', 'tlsv1.1', 'tlsv1.2'],
    ],
    ssl_max_protocol_version: ['set the maximum on the server', 'tlsv1.3'],
  }),
);

function unknownReason(keyword: string): string {
  if (keyword === 'ssl') return 'the parameter ssl can only be ssl=true; or use sslmode';
  return /^[A-Za-z_]{1,40}$/.test(keyword)
    ? `"${keyword}" is not a connection parameter of PostgreSQL: correct or remove it`
    : 'one of its parameters is not a connection parameter of PostgreSQL: correct or remove it';
}
