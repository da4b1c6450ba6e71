import { parseConnectionString } from '../../core/parse-connection-string.js';
import { defaultUrl } from './options-connection.js';
import type { NamedString } from './read-connection-string.js';
import { isServiceLink, type ConfigRequest, type Environment } from './scope.js';

/** One keyword of libpq, and where it was set: a name that may be printed, such as "PGPORT". */
export interface Setting {
  readonly value: string;
  readonly origin: string;
}

/** Keywords that come from one place. */
export type Layer = ReadonlyMap<string, Setting>;

/** Everything that says how to connect; an earlier one wins, keyword by keyword. */
export interface Layers {
  /** The connection string, if there is one. */
  readonly named: NamedString | null;
  /** PGHOST and the other variables of libpq; empty ones count as not set. */
  readonly pgVariables: Layer;
  /** POSTGRES_HOST and POSTGRES_PORT, unless Kubernetes set the latter for a Service. */
  readonly postgresVariables: Layer;
  /** The whole default URL; beside a connection string that could be read, only host and user. */
  readonly defaults: Layer;
  /** The keyword as the first layer that has it sets it. */
  readonly find: (keyword: string) => Setting | null;
}

export function openLayers(
  named: NamedString | null,
  { env, username }: Pick<ConfigRequest, 'env' | 'username'>,
): Layers {
  const string = named === null ? empty : layerOf(named.string.keywords, named.origin);
  const pgVariables = layerOfVariables(env, pgNames);
  const postgresVariables = layerOfVariables(env, postgresNames);
  const isReadable = named !== null && named.string.problems.length === 0;
  const defaults = isReadable ? defaultsBeside(username) : defaultsAlone();
  const order = [string, pgVariables, postgresVariables, defaults];
  const find = (keyword: string): Setting | null =>
    order.find((layer) => layer.has(keyword))?.get(keyword) ?? null;
  return { named, pgVariables, postgresVariables, defaults, find };
}

/** Variables of libpq that are set and ask for what pgm does not do. */
export function unreadVariables(env: Environment): readonly string[] {
  return unread.filter((name) => (env[name] ?? '') !== '');
}

const empty: Layer = new Map();

function layerOf(keywords: ReadonlyMap<string, string>, origin: string): Layer {
  return new Map([...keywords].map(([keyword, value]) => [keyword, { value, origin }]));
}

/** A password keeps its blanks. */
function layerOfVariables(env: Environment, names: Readonly<Record<string, string>>): Layer {
  const layer = new Map<string, Setting>();
  for (const [origin, keyword] of Object.entries(names)) {
    const text = env[origin] ?? '';
    const value = keyword === 'password' ? text : text.trim();
    if (value !== '' && !isServiceLink(value)) layer.set(keyword, { value, origin });
  }
  return layer;
}

function defaultsAlone(): Layer {
  return layerOf(parseConnectionString(defaultUrl).keywords, 'the default');
}

function defaultsBeside(username: string | null): Layer {
  const keywords = new Map([['host', 'localhost']]);
  if (username !== null) keywords.set('user', username);
  return layerOf(keywords, 'the default');
}

const pgNames: Readonly<Record<string, string>> = {
  PGHOST: 'host',
  PGPORT: 'port',
  PGUSER: 'user',
  PGPASSWORD: 'password',
  PGPASSFILE: 'passfile',
  PGDATABASE: 'dbname',
  PGSSLMODE: 'sslmode',
  PGSSLROOTCERT: 'sslrootcert',
  PGSSLCERT: 'sslcert',
  PGSSLKEY: 'sslkey',
  PGCONNECT_TIMEOUT: 'connect_timeout',
  PGTARGETSESSIONATTRS: 'target_session_attrs',
};

const postgresNames: Readonly<Record<string, string>> = {
  POSTGRES_HOST: 'host',
  POSTGRES_PORT: 'port',
};

const unread: readonly string[] = [
  'PGHOSTADDR',
  'PGSERVICE',
  'PGSERVICEFILE',
  'PGOPTIONS',
  'PGREQUIREAUTH',
  'PGREQUIREPEER',
  'PGCHANNELBINDING',
  'PGSSLCRL',
  'PGSSLCRLDIR',
  'PGSSLMINPROTOCOLVERSION',
  'PGSSLMAXPROTOCOLVERSION',
  'PGSSLNEGOTIATION',
  'PGGSSENCMODE',
];
