import { options } from '../table/options.js';
import { type Given, Scope } from '../table/scope.js';
import { resolveServer, type Server, type ServerConfig } from './resolve-server.js';

/**
 * The server on which files are proved: never the target. An embedded one has the user and the database of the target, as
 * files may name them.
 */
export async function resolveShadow(scope: Scope): Promise<Server> {
  const given = scope.given(options.proof.shadowUrl);
  const embedded = scope.given(options.embedded.embedded);
  if (given !== null && embedded !== null) {
    scope.problems.add(`${given.origin} and ${embedded.origin} are both given: give one of them`);
  }
  const asked =
    given === null
      ? scopeFor(scope, { databaseUrl: undefined, embedded: true }, scope.request.env)
      : scopeOf(scope, given);
  const { server } = await resolveServer(asked);
  report(asked.problems, scope.problems, given);
  return server;
}

/** The live database whose history is read; null without one. */
export async function resolveLive(scope: Scope): Promise<ServerConfig | null> {
  const given = scope.given(options.proof.from);
  if (given === null) return null;
  const since = scope.given(options.proof.since);
  if (since !== null) {
    scope.problems.add(
      `${since.origin} and ${given.origin} are both given: files are proved over one base, so give one of them`,
    );
  }
  const asked = scopeOf(scope, given);
  const config = await resolveServer(asked);
  report(asked.problems, scope.problems, given);
  report(asked.warnings, scope.warnings, given);
  return config;
}

/** As if the connection string were that of the target: a flag as a flag, a variable as a variable. */
function scopeOf(scope: Scope, { text, origin }: Given): Scope {
  const isFlag = origin.startsWith('--');
  const databaseUrl = isFlag ? text : undefined;
  const env = {
    ...scope.request.env,
    DATABASE_URL: isFlag ? undefined : text,
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

function report(said: ReadonlySet<string>, to: Set<string>, given: Given | null): void {
  if (given === null) for (const each of said) to.add(each);
  else for (const each of said) to.add(renamed(each, given));
}

/** In what is said of a connection string, the name that it was given by. */
function renamed(text: string, { origin }: Given): string {
  const { variable } = /^--(?<variable>.*)$/.exec(origin)?.groups ?? {};
  const own =
    variable === undefined ? origin : `PGM_${variable.replaceAll('-', '_').toUpperCase()}`;
  return text
    .replaceAll('--database-url', origin)
    .replaceAll('DATABASE_URL or DATABASE_URL_FILE', own)
    .replaceAll(/\bDATABASE_URL\b/g, origin);
}
