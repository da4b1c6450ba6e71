import {
  type ConnectionSettings,
  type HostPort,
  pairHosts,
  parseHostList,
  parsePortList,
} from '../../../core/connection/connection.js';
import type { Parsed } from '../../../core/text/words.js';
import { options } from '../table/options.js';
import { type Given, isServiceLink, shown, type Scope } from '../table/scope.js';
import { parseIdentifier } from '../table/values.js';
import { judgeKeywords, type Layers, type NamedString, openLayers } from './connection-layers.js';
import { type Passwords, keywordsNow, loginReader, resolvePasswords } from './resolve-password.js';
import { resolveTls, withoutTls } from './resolve-tls.js';

export interface ServerConfig {
  readonly server: Server;
  readonly historySchema: string;
  /** How long to wait for PostgreSQL; null waits forever. */
  readonly waitTimeoutMs: number | null;
}

/** The PostgreSQL to work on: one that is running, or an embedded one, whose host and port are known once it has started. */
export type Server =
  | { readonly kind: 'running'; readonly settings: ConnectionSettings }
  | {
      readonly kind: 'embedded';
      /** Where its files are kept; null for a temporary server. */
      readonly directory: string | null;
      readonly settings: Omit<ConnectionSettings, 'hosts'>;
    };

/** Where PostgreSQL is, how to get in, and how long to wait for it. `named`: a connection string in place of DATABASE_URL. */
export async function resolveServer(scope: Scope, named?: NamedString): Promise<ServerConfig> {
  return {
    server: await chooseServer(scope, named),
    historySchema: scope.read(options.connection.historySchema),
    waitTimeoutMs: scope.read(options.connection.waitTimeout),
  };
}

async function chooseServer(scope: Scope, named?: NamedString): Promise<Server> {
  const embedded = scope.read(options.embedded.embedded);
  const layers = await openLayers(scope, named);
  judgeKeywords(scope, layers);
  const passwords = await resolvePasswords(scope, layers);
  const settings = resolveSettings(scope, layers, passwords);
  if (embedded.kind === 'off') {
    const hosts = resolveHosts(scope, layers);
    return {
      kind: 'running',
      settings: {
        ...settings,
        hosts,
        tls: await resolveTls(scope, layers.find),
        needsPrimary: ['read-write', 'primary'].includes(
          layers.find('target_session_attrs')?.text ?? '',
        ),
        readLogin: loginReader(layers, settings.database, passwords, scope.request),
      },
    };
  }
  warnOfIgnored(scope, layers);
  const directory = embedded.kind === 'kept' ? embedded.directory : null;
  return { kind: 'embedded', directory, settings: { ...settings, tls: withoutTls } };
}

function resolveSettings(scope: Scope, layers: Layers, passwords: Passwords) {
  const user = readName(scope, layers, 'user');
  const maintenance = scope.read(options.connection.maintenanceDb);
  return {
    user,
    database: readName(scope, layers, 'dbname'),
    maintenanceDatabases: maintenance === null ? ['postgres', 'template1'] : [maintenance],
    connectTimeoutSeconds: readConnectTimeout(scope, layers),
    readPassword: passwords(user, async () => {
      if (layers.named === null) return null;
      return (await keywordsNow(layers.named, scope.request)).get('password') ?? null;
    }),
  };
}

const usualConnectTimeoutSeconds = 10;

const names = {
  user: { words: 'user', variable: 'PGUSER', example: 'postgresql://USER@host/database' },
  dbname: { words: 'database', variable: 'PGDATABASE', example: 'postgresql://user@host/DATABASE' },
} as const;

function readName(
  { problems }: Scope,
  { find, named }: Layers,
  keyword: keyof typeof names,
): string {
  const setting = find(keyword);
  const { words, variable, example } = names[keyword];
  if (setting === null) {
    const origin = named?.origin ?? 'DATABASE_URL';
    problems.add(`${origin}: it has no ${words}: write ${example}, or set ${variable}`);
    return '';
  }
  const parsed = parseIdentifier(setting.text);
  if (parsed.kind === 'accepted') return parsed.value;
  problems.add(`${setting.origin}: the ${words} name is not valid: ${parsed.reason}`);
  return setting.text;
}

/** libpq reads 0 and negative numbers as "no limit"; pgm always has a limit. */
function readConnectTimeout(scope: Scope, { find }: Layers): number {
  const milliseconds = scope.read(options.connection.connectTimeout);
  if (milliseconds !== null) return milliseconds / 1_000;
  const setting = find('connect_timeout');
  if (setting === null) return usualConnectTimeoutSeconds;
  if (!/^-?\d{1,6}$/.test(setting.text)) {
    scope.problems.add(
      `${setting.origin}: connect_timeout is ${shown(setting.text)}: use whole seconds, such as 10`,
    );
  }
  const seconds = Number(setting.text);
  return seconds > 0 ? seconds : usualConnectTimeoutSeconds;
}

/** With --embedded only user, password and database of the connection string count. */
function warnOfIgnored({ warnings }: Scope, { named }: Layers): void {
  const keywords = ['host', 'port', 'sslmode'].filter((keyword) => named?.keywords.has(keyword));
  if (named === null || keywords.length === 0) return;
  warnings.add(
    `--embedded starts a server of its own: ${keywords.join(' and ')} of ${named.origin} have no effect, its user, ` +
      'password and database are used',
  );
}

/** The hosts in the order in which they are tried. */
function resolveHosts(scope: Scope, layers: Layers): readonly HostPort[] {
  const [host, port] = [layers.find('host'), layers.find('port')];
  noteEmptyHost(scope, layers, host);
  warnOfDifference(scope, layers, 'host');
  warnOfDifference(scope, layers, 'port');
  warnOfServiceLink(scope, layers, port);
  const hosts = accept(scope, host, parseHostList);
  const ports = port === null ? [null] : accept(scope, port, parsePortList);
  if (host === null || hosts === null || ports === null) return [];
  const origin =
    host.origin === port?.origin ? host.origin : `${host.origin}, ${port?.origin ?? ''}`;
  return accept(scope, { text: '', origin }, () => pairHosts(hosts, ports)) ?? [];
}

function accept<T>(
  { problems }: Scope,
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
function noteEmptyHost({ problems }: Scope, { named, defaults }: Layers, host: Given | null): void {
  if (named?.hostLeftEmpty !== true || host?.origin !== defaults('host')?.origin) return;
  problems.add(
    `${named.origin}: it has no host after the user: write postgresql://user@localhost:5432/database, or set PGHOST or ` +
      'POSTGRES_HOST',
  );
}

function warnOfDifference({ warnings }: Scope, layers: Layers, keyword: 'host' | 'port'): void {
  const [winner, other] = [layers.find(keyword), layers.postgres(keyword)];
  if (winner === null || other === null || winner.text === other.text) return;
  warnings.add(
    `${other.origin} is ${shown(other.text)}, but ${winner.origin} names the ${keyword} ${shown(winner.text)}: ` +
      `${winner.origin} won`,
  );
}

function warnOfServiceLink(
  { warnings, request }: Scope,
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
