import type { Environment } from '../core/connection/given.js';
import type { Embedded } from '../core/embedded.js';
import { faultOf } from '../core/drift/ignored.js';
import { schemaProblem } from '../core/files/names.js';
import type { Asked } from './connection/asked.js';
import { chooseServer, type ServerConfig } from './connection/choose-server.js';
import { diskFiles, userName } from './open/compose.js';
import type { SourceConfig } from './open/source-config.js';
import type { OptionReader } from './option-reader.js';
import type {
  ApplyOptions,
  CatalogOptions,
  HealthOptions,
  ServerOptions,
  SourceOptions,
} from './options.js';

/** The user and the database of an embedded server, unless given. */
const embeddedUrl = 'postgresql://postgres:postgres@localhost:5432/postgres';

export async function settleServer(
  reader: OptionReader<ServerOptions>,
  waitTimeoutMs: number | null,
): Promise<ServerConfig> {
  const historySchema = settleHistory(reader);
  const asked = askedBy(reader);
  const { given, embedded, readsVariables } = asked;
  const isNamed = given('databaseUrl') !== null || given('databaseUrlFile') !== null;
  const isMissing = !isNamed && !readsVariables && embedded().kind === 'off';
  if (isMissing) reader.missing(urlName, 'give it postgresql://user:password@host:5432/database');
  const server = await chooseServer(isMissing ? inItsPlace(asked) : asked);
  return { server, historySchema, waitTimeoutMs: reader.patience('waitTimeoutMs', waitTimeoutMs) };
}

/** So that the other options are read too, and all mistakes are reported at once. */
function inItsPlace(asked: Asked): Asked {
  return { ...asked, usualUrl: embeddedUrl, problems: new Set(), warnings: new Set() };
}

const urlName = 'databaseUrl';

function askedBy(reader: OptionReader<ServerOptions>): Asked {
  const env = reader.as('env', isEnvironment, 'give it an object of strings, such as process.env');
  const embedded = embeddedOf(reader);
  const maintenance = reader.text('maintenanceDb');
  const connectTimeoutMs = reader.milliseconds('connectTimeoutMs', 0, 100);
  const texts = {
    databaseUrl: reader.text('databaseUrl'),
    databaseUrlFile: reader.text('databaseUrlFile'),
    host: null,
    port: null,
  };
  return {
    request: { ...(env === null ? nowhere : homeOf(env)), ...diskFiles },
    problems: reader.problems,
    warnings: reader.warnings,
    usualUrl: embedded.kind === 'off' ? null : embeddedUrl,
    urlName,
    readsVariables: env !== null,
    given: (what) => {
      const text = texts[what];
      return text === null ? null : { text, origin: what };
    },
    embedded: () => embedded,
    maintenanceDatabase: () => maintenance,
    connectTimeoutMs: () => connectTimeoutMs || null,
  };
}

const nowhere = { env: {}, homedir: '', username: null };

function homeOf(env: Environment) {
  return { env, homedir: env['HOME'] ?? '', username: userName() };
}

function embeddedOf(reader: OptionReader<ServerOptions>): Embedded {
  const advice = 'use true, false or a directory';
  const value = reader.as('embedded', isEmbedded, advice) ?? false;
  if (typeof value === 'string') return { kind: 'kept', directory: value };
  return { kind: value ? 'temporary' : 'off' };
}

function isEmbedded(value: unknown): value is boolean | string {
  return typeof value === 'boolean' || (typeof value === 'string' && value.trim() !== '');
}

function isEnvironment(value: unknown): value is Environment {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).every((each) => each === undefined || typeof each === 'string');
}

/** The schema of the history. */
export function settleHistory(
  reader: OptionReader<{ readonly historySchema?: string | undefined }>,
): string {
  const schema = reader.text('historySchema') ?? 'pgm';
  const problem = schemaProblem(schema, []);
  if (problem !== null) reader.problems.add(`historySchema: ${problem}`);
  return schema;
}

export function settleSource(
  reader: OptionReader<SourceOptions>,
  historySchema: string,
): SourceConfig {
  const dir = reader.text('dir');
  if (dir === null) reader.missing('dir', 'name the directory of the files');
  return {
    directory: dir ?? '',
    origin: 'dir',
    reason: 'set by dir',
    schemas: reader.schemas('schemas', [historySchema]),
    allowEmpty: reader.flag('allowEmpty'),
  };
}

export function settleApply(reader: OptionReader<ApplyOptions>, lockWaitMs: number | null) {
  return {
    onFailure: reader.oneOf('onFailure', 'continue', ['continue', 'schema', 'stop']),
    onChange: settleOnChange(reader),
    onPooler: settleOnPooler(reader),
    lockTimeoutMs: settleLockTimeout(reader),
    lockWaitMs: reader.patience('lockWaitMs', lockWaitMs),
  };
}

export function settleOnChange(reader: OptionReader<Pick<ApplyOptions, 'onChange'>>) {
  return reader.oneOf('onChange', 'rerun', ['rerun', 'warn', 'fail']);
}

export function settleOnPooler(reader: OptionReader<Pick<ApplyOptions, 'onPooler'>>) {
  return reader.oneOf('onPooler', 'warn', ['warn', 'refuse']);
}

export function settleLockTimeout(
  reader: OptionReader<{ readonly lockTimeoutMs?: number | undefined }>,
): number {
  return reader.milliseconds('lockTimeoutMs', 10_000);
}

export function settleLint(reader: OptionReader<Pick<ApplyOptions, 'lint'>>) {
  return reader.oneOf('lint', 'off', ['error', 'warning', 'off']);
}

/** The settings of the health server, and its labels. */
export function settleHealth(reader: OptionReader<HealthOptions>) {
  const host = reader.text('host');
  return {
    health: {
      port: reader.number('port', 1239, [0, 65_535]),
      addresses: host === null ? ['::', '0.0.0.0'] : [host],
      readiness: reader.oneOf('readiness', 'applied', ['applied', 'once', 'strict']),
      exposeStatus: reader.flag('exposeStatus'),
    },
    labels: {
      namespace: reader.text('namespace') ?? 'secret-manager-controller-pact-broker',
      configMap: reader.text('configmapName') ?? 'postgres-migrations',
    },
  };
}

export function settleCatalog(reader: OptionReader<CatalogOptions>) {
  return {
    timeoutMs: reader.milliseconds('catalogTimeoutMs', 5_000),
    ignored: settleIgnored(reader),
  };
}

export function settleIgnored(reader: OptionReader<Pick<CatalogOptions, 'driftIgnore'>>) {
  const patterns = reader.texts('driftIgnore') ?? [];
  for (const fault of patterns.map(faultOf)) {
    if (fault !== null) reader.problems.add(`driftIgnore: ${fault}`);
  }
  return patterns;
}
