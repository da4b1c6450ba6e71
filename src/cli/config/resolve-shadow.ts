import type { Given } from '../../core/connection/given.js';
import type { Server, ServerConfig } from '../../library/connection/choose-server.js';
import type { LiveConfig } from '../../library/work/read-live.js';
import { options, variablesOf } from './table/options.js';
import { Scope } from './table/scope.js';
import type { AnyOption } from './table/values.js';
import { resolveServer } from './resolve-run.js';

/**
 * The server on which files are proved: never the target. An embedded one has the user and the database of the target,
 * because files may name them.
 */
export async function resolveShadow(scope: Scope): Promise<Server> {
  const { env, flags } = scope.request;
  const given = scope.given(options.proof.shadowUrl);
  const embedded = scope.given(options.embedded.embedded);
  if (given !== null && embedded !== null) {
    scope.problems.add(`${given.origin} and ${embedded.origin} are both given: give one of them`);
  }
  const asked =
    given === null
      ? scopeFor(scope, { databaseUrl: flags['databaseUrl'], embedded: true }, env)
      : scopeOf(scope, given);
  const { server } = await resolveServer(asked);
  report(asked.problems, scope.problems, given);
  return given === null ? server : namedBy(server, given);
}

/** Whether a throw-away database is asked for, which is new each time; for commands that work without one too. */
export function wantsShadow(scope: Scope): boolean {
  const embedded = scope.read(options.embedded.embedded);
  if (embedded.kind === 'kept') {
    scope.problems.add(
      `--embedded is ${embedded.directory}: the files are applied to a new server each time, so give --embedded without a directory`,
    );
  }
  return embedded.kind !== 'off' || scope.given(options.proof.shadowUrl) !== null;
}

/** The target of a command where `--embedded` means another server. */
export async function resolveBeside(scope: Scope): Promise<ServerConfig> {
  const { env, flags } = scope.request;
  const asked = scopeFor(
    scope,
    { databaseUrl: flags['databaseUrl'], embedded: undefined },
    Object.assign({}, env, { PGM_EMBEDDED: undefined }),
  );
  const config = await resolveServer(asked);
  for (const problem of asked.problems) scope.problems.add(problem);
  for (const warning of asked.warnings) scope.warnings.add(warning);
  return Object.assign(config, { waitTimeoutMs: scope.read(options.connection.waitTimeout) });
}

/** For `verify`; null if not given. */
export function resolveLive(scope: Scope): Promise<LiveConfig | null> {
  const { from, since } = options.proof;
  return liveOf(scope, from, { others: [since], because: 'files are proved over one base' });
}

/** For `verify`: the database to compare with what the files make; null if not given. */
export function resolveAgainst(scope: Scope): Promise<LiveConfig | null> {
  const { against, from, since, junit } = options.proof;
  return liveOf(scope, against, {
    others: [from, since, junit, options.source.schemas],
    because: 'what all files make is compared with that database, and nothing else is proved',
  });
}

/** For `lint`. DATABASE_URL is not read: it may be set for something else. */
export function resolveLinted(scope: Scope): Promise<LiveConfig | null> {
  const { live, appliedTo } = options.lint;
  return liveOf(scope, live, { others: [appliedTo], because: 'one of them says what is applied' });
}

async function liveOf(
  scope: Scope,
  option: AnyOption,
  { others, because }: { readonly others: readonly AnyOption[]; readonly because: string },
): Promise<LiveConfig | null> {
  const given = scope.given(option);
  if (given === null) return null;
  for (const rival of others.map((other) => scope.given(other))) {
    if (rival === null) continue;
    scope.problems.add(
      `${rival.origin} and ${given.origin} are both given: ${because}, so give one of them`,
    );
  }
  const asked = scopeOf(scope, given);
  const config = await resolveServer(asked);
  const [variable] = variablesOf(option);
  report(asked.problems, scope.problems, { ...given, variable });
  report(asked.warnings, scope.warnings, { ...given, variable });
  return { ...config, server: namedBy(config.server, given), origin: given.origin };
}

/** Treats the connection string as that of the target: a flag as a flag, a variable as a variable. */
function scopeOf(scope: Scope, { text, origin }: Given): Scope {
  const isFlag = origin.startsWith('--');
  const databaseUrl = isFlag ? text : undefined;
  const env = {
    ...scope.request.env,
    DATABASE_URL: isFlag ? undefined : text,
    PGM_DATABASE_URL: undefined,
    DATABASE_URL_FILE: undefined,
    PGM_EMBEDDED: undefined,
  };
  return scopeFor(scope, { databaseUrl, embedded: undefined }, env);
}

/** For a server of its own, with the flags that say how to connect. */
function scopeFor(
  { request }: Scope,
  { databaseUrl, embedded }: Scope['request']['flags'],
  env: Scope['request']['env'],
): Scope {
  const { connectTimeout, waitTimeout, maintenanceDb, historySchema } = request.flags;
  return new Scope({
    ...request,
    command: {
      name: 'migrate',
      options: [...Object.values(options.connection), options.embedded.embedded],
    },
    flags: { databaseUrl, embedded, connectTimeout, waitTimeout, maintenanceDb, historySchema },
    rest: [],
    env,
  });
}

/** `variable`: another name for it. */
interface Named extends Given {
  readonly variable?: string | undefined;
}

function report(said: ReadonlySet<string>, to: Set<string>, given: Named | null): void {
  if (given === null) for (const each of said) to.add(each);
  else for (const each of said) to.add(renamed(each, given));
}

function namedBy<T extends Server>(server: T, given: Named): T {
  const { user, password, server: place } = server.settings.origins;
  const origins = {
    user: renamed(user, given),
    password: renamed(password, given),
    server: renamed(place, given),
  };
  return { ...server, settings: { ...server.settings, origins } };
}

/** Messages about a connection string use the name it was given by. */
function renamed(text: string, { origin, variable }: Named): string {
  const { flag } = /^--(?<flag>.*)$/.exec(origin)?.groups ?? {};
  const usual = flag === undefined ? origin : `PGM_${flag.replaceAll('-', '_').toUpperCase()}`;
  const own = flag === undefined ? origin : (variable ?? usual);
  return text
    .replaceAll('--database-url', origin)
    .replaceAll('DATABASE_URL or DATABASE_URL_FILE', own)
    .replaceAll(/\bDATABASE_URL\b/g, origin);
}
