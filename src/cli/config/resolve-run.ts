import type { Given } from '../../core/connection/given.js';
import type { Asked } from '../../library/connection/asked.js';
import { chooseServer, type ServerConfig } from '../../library/connection/choose-server.js';
import type { NamedString } from '../../library/connection/connection-layers.js';
import type { SourceConfig } from '../../library/open/source-config.js';
import { defaultUrl } from './table/options-connection.js';
import { usualDirectories } from './table/options-source.js';
import { options } from './table/options.js';
import type { Scope } from './table/scope.js';

/** Where PostgreSQL is, how to get in, and how long to wait for it. `named`: a connection string in place of DATABASE_URL. */
export async function resolveServer(scope: Scope, named?: NamedString): Promise<ServerConfig> {
  return {
    server: await chooseServer(askedBy(scope), named),
    historySchema: scope.read(options.connection.historySchema),
    waitTimeoutMs: scope.read(options.connection.waitTimeout),
  };
}

const givenBy = {
  databaseUrl: options.connection.databaseUrl,
  databaseUrlFile: options.connection.databaseUrlFile,
  host: options.connection.postgresHost,
  port: options.connection.postgresPort,
};

function askedBy(scope: Scope): Asked {
  const { request, problems, warnings } = scope;
  return {
    request,
    problems,
    warnings,
    usualUrl: defaultUrl,
    urlName: 'DATABASE_URL',
    readsVariables: true,
    given: (what) => scope.given(givenBy[what]),
    embedded: () => scope.read(options.embedded.embedded),
    maintenanceDatabase: () => scope.read(options.connection.maintenanceDb),
    connectTimeoutMs: () => scope.read(options.connection.connectTimeout),
  };
}

/** Chooses the directory. There is no fallback from one that was given, even if it does not exist. */
export async function resolveSource(scope: Scope): Promise<SourceConfig> {
  return {
    ...(named(scope) ?? (await usual(scope))),
    schemas: readSchemas(scope),
    allowEmpty: scope.read(options.applying.allowEmpty),
  };
}

type Choice = Pick<SourceConfig, 'directory' | 'origin' | 'reason'>;

function named(scope: Scope): Choice | null {
  const directory = scope.given(options.source.dir);
  const mount = scope.given(options.source.configmapPath);
  const chosen = directory ?? mount;
  if (chosen === null) return null;
  const isTyped = chosen.origin === '--dir' || chosen.origin === '[dir]';
  return {
    directory: chosen.text,
    origin: isTyped ? 'flag --dir' : chosen.origin,
    reason: `set by ${chosen.origin}${passedOver(chosen, mount)}`,
  };
}

function passedOver(chosen: Given, mount: Given | null): string {
  if (mount === null || mount.text === chosen.text) return '';
  return `; ${mount.origin} (${mount.text}) is not used`;
}

async function usual({ request }: Scope): Promise<Choice> {
  const all = usualDirectories.join(', ');
  for (const directory of usualDirectories) {
    if (await request.exists(directory)) {
      const reason = `no directory was given; ${directory} is the first of ${all} that exists`;
      return { directory, origin: 'default', reason };
    }
  }
  const reason = `no directory was given with --dir, and none of ${all} exists`;
  return { directory: usualDirectories[0], origin: 'default', reason };
}

function readSchemas(scope: Scope): readonly string[] | null {
  const schemas = scope.read(options.source.schemas);
  const history = scope.read(options.connection.historySchema);
  if (schemas?.includes(history) === true) {
    const origin = scope.originOf(options.source.schemas);
    scope.problems.add(
      `${origin} names "${history}", the schema of pgm's own history: leave it out, or set --history-schema`,
    );
  }
  return schemas;
}

export function resolveApply(scope: Scope) {
  return {
    onFailure: scope.read(options.applying.onFailure),
    onChange: scope.read(options.applying.onChange),
    onPooler: scope.read(options.applying.onPooler),
    // How long a statement may wait for a lock; 0 waits forever.
    lockTimeoutMs: scope.read(options.applying.lockTimeout),
    // How long to wait for another runner; null waits forever.
    lockWaitMs: scope.read(options.applying.lockWait),
  };
}

/** What of the catalog is kept after a run. */
export function resolveCatalog(scope: Scope) {
  return {
    timeoutMs: scope.read(options.drift.catalogTimeout),
    ignored: scope.read(options.drift.driftIgnore) ?? [],
  };
}

/** The last migration to apply, which must be in one of `--schemas`. */
export function resolveLastKey(scope: Scope, schemas: readonly string[] | null): string | null {
  const to = scope.read(options.applying.to);
  const [schema] = to?.split('/') ?? [];
  if (schema !== undefined && schemas?.includes(schema) === false) {
    const target = scope.originOf(options.applying.to);
    const limit = scope.originOf(options.source.schemas);
    scope.problems.add(
      `${target} is in the schema "${schema}", which ${limit} leaves out: change one of them`,
    );
  }
  return to;
}
