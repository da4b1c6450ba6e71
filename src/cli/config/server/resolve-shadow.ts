import { options } from '../table/options.js';
import { Scope } from '../table/scope.js';
import { resolveServer, type Server } from './resolve-server.js';

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
  const { request } = scope;
  const asked = new Scope({
    ...request,
    command: {
      name: 'migrate',
      options: [...Object.values(options.connection), options.embedded.embedded],
    },
    flags: given === null ? { embedded: true } : { databaseUrl: given.text },
    rest: [],
    env:
      given === null
        ? request.env
        : { ...request.env, DATABASE_URL: undefined, DATABASE_URL_FILE: undefined },
  });
  const { server } = await resolveServer(asked);
  for (const problem of asked.problems) {
    scope.problems.add(problem.replace('--database-url', given?.origin ?? '--database-url'));
  }
  return server;
}
