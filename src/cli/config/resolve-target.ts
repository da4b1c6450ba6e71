import type { ConnectionSettings } from '../../core/connection/connection.js';
import { parseConnectionString } from '../../core/connection/parse-connection-string.js';
import type { Target, TargetWarnings } from '../../core/fleet/target.js';
import { options } from './table/options.js';
import { Scope } from './table/scope.js';
import type { NamedString } from '../../library/connection/connection-layers.js';
import { readFailure } from '../../library/connection/read-again.js';
import { resolveServer } from './resolve-run.js';

/**
 * How to reach a target of a list. Its connection string takes the place of DATABASE_URL; the variables of libpq fill
 * in what it leaves out. Null if it is wrong, which `scope` reports.
 */
export async function resolveTarget(
  scope: Scope,
  target: Target,
  { texts, warnings }: Listed,
): Promise<ConnectionSettings | null> {
  const own = scopeFor(scope);
  const named = await stringOf(target, own, texts);
  if (named === null) return null;
  const { server } = await resolveServer(own, named);
  for (const problem of own.problems) scope.problems.add(problem);
  const prefix = `${named.origin}: `;
  for (const warning of own.warnings) {
    if (warning.startsWith(prefix)) warnings.add(target.name, warning.slice(prefix.length));
    else scope.warnings.add(warning);
  }
  return server.kind === 'running' && own.problems.size === 0 ? server.settings : null;
}

/** What the targets of a list have in common. */
interface Listed {
  /** The contents of a mount's files when the list was read. */
  readonly texts: ReadonlyMap<string, string>;
  readonly warnings: TargetWarnings;
}

async function stringOf(
  { name, url }: Target,
  { request }: Scope,
  texts: ReadonlyMap<string, string>,
): Promise<NamedString | null> {
  if (url.kind === 'database') return null;
  if (url.kind === 'text') {
    return { ...parseConnectionString(url.text), origin: `target ${name}`, file: null };
  }
  const { path } = url;
  const origin = `target ${name} (${path})`;
  try {
    const text = texts.get(path) ?? (await request.readFile(path));
    if (text.trim() !== '') return { ...parseConnectionString(text), origin, file: path };
    return unread(origin, 'it is empty: write a connection string into it');
  } catch (error) {
    return unread(origin, readFailure(error));
  }
}

function unread(origin: string, problem: string): NamedString {
  return { keywords: new Map(), hostLeftEmpty: false, problems: [problem], origin, file: null };
}

/** What a target takes from the command: flags that say how to connect, and the variables of libpq. */
function scopeFor({ request }: Scope): Scope {
  const { connectTimeout, waitTimeout, maintenanceDb, historySchema } = request.flags;
  return new Scope({
    ...request,
    command: {
      name: request.command.name,
      options: Object.values(options.connection),
    },
    flags: { connectTimeout, waitTimeout, maintenanceDb, historySchema },
    rest: [],
    env: { ...request.env, POSTGRES_HOST: undefined, POSTGRES_PORT: undefined },
  });
}
