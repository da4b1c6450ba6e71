import {
  type ConnectionSettings,
  type HostPort,
  isServiceLink,
  pairHosts,
  parseHostList,
  parseIdentifier,
  parsePortList,
  shown,
} from '../../core/connection/connection.js';
import type { Given } from '../../core/connection/given.js';
import type { Parsed } from '../../core/text/words.js';
import type { Asked } from './asked.js';
import { judgeKeywords, type Layers, type NamedString, openLayers } from './connection-layers.js';
import {
  keywordsNow,
  originsOf,
  loginReader,
  type Passwords,
  resolvePasswords,
} from './resolve-password.js';
import { resolveTls, withoutTls } from './resolve-tls.js';

export interface ServerConfig {
  readonly server: Server;
  readonly historySchema: string;
  /** How long to wait for PostgreSQL; null waits forever. */
  readonly waitTimeoutMs: number | null;
}

/** The PostgreSQL to work on: a running one, or an embedded one, whose host and port are known once it has started. */
export type Server =
  | { readonly kind: 'running'; readonly settings: ConnectionSettings }
  | {
      readonly kind: 'embedded';
      /** Where its files are kept; null for a temporary server. */
      readonly directory: string | null;
      readonly settings: Omit<ConnectionSettings, 'hosts'>;
    };

/** Finds out where PostgreSQL is and how to connect. `named`: a connection string in place of the given one. */
export async function chooseServer(asked: Asked, named?: NamedString): Promise<Server> {
  const embedded = asked.embedded();
  const layers = await openLayers(asked, named);
  judgeKeywords(asked, layers);
  const passwords = await resolvePasswords(asked, layers);
  const settings = resolveSettings(asked, layers, passwords);
  if (embedded.kind === 'off') {
    const hosts = resolveHosts(asked, layers);
    return {
      kind: 'running',
      settings: {
        ...settings,
        hosts,
        tls: await resolveTls(asked, layers.find),
        needsPrimary: ['read-write', 'primary'].includes(
          layers.find('target_session_attrs')?.text ?? '',
        ),
        readLogin: loginReader(layers, settings.database, passwords, asked.request),
      },
    };
  }
  warnOfIgnored(asked, layers);
  const directory = embedded.kind === 'kept' ? embedded.directory : null;
  return { kind: 'embedded', directory, settings: { ...settings, tls: withoutTls } };
}

function resolveSettings(asked: Asked, layers: Layers, passwords: Passwords) {
  const user = readName(asked, layers, 'user');
  const maintenance = asked.maintenanceDatabase();
  return {
    user,
    database: readName(asked, layers, 'dbname'),
    maintenanceDatabases: maintenance === null ? ['postgres', 'template1'] : [maintenance],
    connectTimeoutSeconds: readConnectTimeout(asked, layers),
    origins: originsOf(asked, layers),
    readPassword: passwords(user, async () => {
      if (layers.named === null) return null;
      return (await keywordsNow(layers.named, asked.request)).get('password') ?? null;
    }),
  };
}

const usualConnectTimeoutSeconds = 10;

const names = {
  user: { words: 'user', variable: 'PGUSER', example: 'postgresql://USER@host/database' },
  dbname: { words: 'database', variable: 'PGDATABASE', example: 'postgresql://user@host/DATABASE' },
} as const;

function readName(
  { problems, urlName, readsVariables }: Asked,
  { find, named }: Layers,
  keyword: keyof typeof names,
): string {
  const setting = find(keyword);
  const { words, variable, example } = names[keyword];
  if (setting === null) {
    const origin = named?.origin ?? urlName;
    const orVariable = readsVariables ? `, or set ${variable}` : '';
    problems.add(`${origin}: it has no ${words}: write ${example}${orVariable}`);
    return '';
  }
  const parsed = parseIdentifier(setting.text);
  if (parsed.kind === 'accepted') return parsed.value;
  problems.add(`${setting.origin}: the ${words} name is not valid: ${parsed.reason}`);
  return setting.text;
}

/** libpq reads 0 and negative numbers as "no limit"; pgm always has a limit. */
function readConnectTimeout(asked: Asked, { find }: Layers): number {
  const milliseconds = asked.connectTimeoutMs();
  if (milliseconds !== null) return milliseconds / 1_000;
  const setting = find('connect_timeout');
  if (setting === null) return usualConnectTimeoutSeconds;
  if (!/^-?\d{1,6}$/.test(setting.text)) {
    asked.problems.add(
      `${setting.origin}: connect_timeout is ${shown(setting.text)}: use whole seconds, such as 10`,
    );
  }
  const seconds = Number(setting.text);
  return seconds > 0 ? seconds : usualConnectTimeoutSeconds;
}

/** With --embedded only user, password and database of the connection string count. */
function warnOfIgnored({ warnings }: Asked, { named }: Layers): void {
  const keywords = ['host', 'port', 'sslmode'].filter((keyword) => named?.keywords.has(keyword));
  if (named === null || keywords.length === 0) return;
  const verb = keywords.length === 1 ? 'has' : 'have';
  warnings.add(
    `--embedded starts a server of its own: ${keywords.join(' and ')} of ${named.origin} ${verb} no effect, its user, ` +
      'password and database are used',
  );
}

/** The hosts in the order they are tried. */
function resolveHosts(asked: Asked, layers: Layers): readonly HostPort[] {
  const [host, port] = [layers.find('host'), layers.find('port')];
  noteEmptyHost(asked, layers, host);
  warnOfDifference(asked, layers, 'host');
  warnOfDifference(asked, layers, 'port');
  warnOfServiceLink(asked, layers, port);
  const hosts = accept(asked, host, parseHostList);
  const ports = port === null ? [null] : accept(asked, port, parsePortList);
  if (host === null || hosts === null || ports === null) return [];
  const origin =
    host.origin === port?.origin ? host.origin : `${host.origin}, ${port?.origin ?? ''}`;
  return accept(asked, { text: '', origin }, () => pairHosts(hosts, ports)) ?? [];
}

function accept<T>(
  { problems }: Asked,
  setting: Given | null,
  parse: (text: string) => Parsed<T>,
): T | null {
  if (setting === null) return null;
  const parsed = parse(setting.text);
  if (parsed.kind === 'accepted') return parsed.value;
  problems.add(`${setting.origin}: ${parsed.reason}`);
  return null;
}

/** `postgresql:///db` asks for the default host; `postgresql://user@/db` looks like a template with a hole. */
function noteEmptyHost(
  { problems, readsVariables }: Asked,
  { named, defaults }: Layers,
  host: Given | null,
): void {
  if (named?.hostLeftEmpty !== true || host?.origin !== defaults('host')?.origin) return;
  const orVariable = readsVariables ? ', or set PGHOST or POSTGRES_HOST' : '';
  problems.add(
    `${named.origin}: it has no host after the user: write postgresql://user@localhost:5432/database${orVariable}`,
  );
}

function warnOfDifference({ warnings }: Asked, layers: Layers, keyword: 'host' | 'port'): void {
  const [winner, other] = [layers.find(keyword), layers.postgres(keyword)];
  if (winner === null || other === null || winner.text === other.text) return;
  warnings.add(
    `${other.origin} is ${shown(other.text)}, but ${winner.origin} names the ${keyword} ${shown(winner.text)}: ` +
      `${winner.origin} won`,
  );
}

function warnOfServiceLink(
  { warnings, request }: Asked,
  { defaults }: Layers,
  port: Given | null,
): void {
  const isDefault = port?.origin === defaults('port')?.origin;
  if (!isDefault || !isServiceLink(request.env['POSTGRES_PORT'])) return;
  warnings.add(
    'POSTGRES_PORT holds the address of a Kubernetes Service (a service link), not a port, and is ignored: name the port in DATABASE_URL, or set ' +
      'enableServiceLinks: false in the pod',
  );
}
