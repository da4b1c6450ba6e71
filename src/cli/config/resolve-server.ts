import type { ConnectionSettings } from '../../core/connection.js';
import { isWritableTarget, judgeKeyword } from '../../core/connection-keywords.js';
import type { Server, ServerConfig } from './config.js';
import { openLayers, unreadVariables, type Layers } from './connection-layers.js';
import { readConnectionString } from './read-connection-string.js';
import { resolveHosts } from './resolve-hosts.js';
import { resolvePassword } from './resolve-password.js';
import { resolveTls, withoutTls } from './resolve-tls.js';
import { shown, type Scope } from './scope.js';
import { parseIdentifier } from './values.js';

/** Where PostgreSQL is, how to get in, and how long to wait for it. */
export async function resolveServer(scope: Scope): Promise<ServerConfig> {
  return {
    server: await chooseServer(scope),
    historySchema: scope.read('historySchema'),
    waitTimeoutMs: scope.read('waitTimeout'),
  };
}

async function chooseServer(scope: Scope): Promise<Server> {
  const embedded = scope.read('embedded');
  const named = await readConnectionString(scope);
  const layers = openLayers(named, scope.request);
  judgeKeywords(scope, layers);
  const settings = await resolveSettings(scope, layers);
  if (embedded.kind === 'off') {
    const hosts = resolveHosts(scope, layers);
    return {
      kind: 'running',
      settings: { ...settings, hosts, tls: await resolveTls(scope, layers.find) },
    };
  }
  warnOfIgnored(scope, layers);
  const directory = embedded.kind === 'kept' ? embedded.directory : null;
  return { kind: 'embedded', directory, settings: { ...settings, tls: withoutTls } };
}

type Login = Omit<ConnectionSettings, 'hosts' | 'tls'>;

async function resolveSettings(scope: Scope, layers: Layers): Promise<Login> {
  const user = readName(scope, layers, 'user');
  const maintenance = scope.read('maintenanceDb');
  return {
    user,
    database: readName(scope, layers, 'dbname'),
    maintenanceDatabases: maintenance === null ? ['postgres', 'template1'] : [maintenance],
    connectTimeoutSeconds: readConnectTimeout(scope, layers),
    readPassword: await resolvePassword(scope, layers, user),
  };
}

const usualConnectTimeoutSeconds = 10;

const names = {
  user: { words: 'user', variable: 'PGUSER', example: 'postgresql://USER@host/database' },
  dbname: { words: 'database', variable: 'PGDATABASE', example: 'postgresql://user@host/DATABASE' },
} as const;

function readName(
  { findings }: Scope,
  { find, named }: Layers,
  keyword: keyof typeof names,
): string {
  const setting = find(keyword);
  const { words, variable, example } = names[keyword];
  if (setting === null) {
    const origin = named?.origin ?? 'DATABASE_URL';
    findings.problem(`${origin}: it names no ${words}: write ${example}, or set ${variable}`);
    return '';
  }
  const parsed = parseIdentifier(setting.value);
  if (parsed.kind === 'accepted') return parsed.value;
  findings.problem(`${setting.origin}: the ${words} name is not possible: ${parsed.reason}`);
  return setting.value;
}

/** libpq takes 0, and what is below, for "no limit"; here every wait has one. */
function readConnectTimeout(scope: Scope, { find }: Layers): number {
  const milliseconds = scope.read('connectTimeout');
  if (milliseconds !== null) return milliseconds / 1_000;
  const setting = find('connect_timeout');
  if (setting === null) return usualConnectTimeoutSeconds;
  if (!/^-?\d{1,6}$/.test(setting.value)) {
    scope.findings.problem(
      `${setting.origin}: connect_timeout is ${shown(setting.value)}: use whole seconds, such as 10`,
    );
  }
  const seconds = Number(setting.value);
  return seconds > 0 ? seconds : usualConnectTimeoutSeconds;
}

function judgeKeywords({ findings, request }: Scope, { named, find }: Layers): void {
  const origin = named?.origin ?? '';
  for (const [keyword, value] of named?.string.keywords ?? []) {
    const verdict = judgeKeyword(keyword, value);
    if (verdict.kind === 'refused') findings.problem(`${origin}: ${verdict.reason}`);
    if (verdict.kind === 'ignored') {
      findings.warn(`${origin}: ${keyword} has no effect: ${verdict.reason}`);
    }
  }
  const target = find('target_session_attrs');
  if (target !== null && !isWritableTarget(target.value)) {
    findings.problem(
      `${target.origin}: target_session_attrs is ${shown(target.value)}: pgm has to write, so use any, read-write or primary`,
    );
  }
  const unread = unreadVariables(request.env);
  if (unread.length > 0) {
    findings.warn(`${unread.join(', ')}: pgm does not read such a variable, it has no effect`);
  }
}

/** The string serves for user, password and database only. */
function warnOfIgnored({ findings }: Scope, { named }: Layers): void {
  const keywords = ['host', 'port', 'sslmode'].filter((keyword) =>
    named?.string.keywords.has(keyword),
  );
  if (named === null || keywords.length === 0) return;
  findings.warn(
    `--embedded starts a server of its own: ${keywords.join(' and ')} of ${named.origin} have no effect, its user, ` +
      'password and database are used',
  );
}
