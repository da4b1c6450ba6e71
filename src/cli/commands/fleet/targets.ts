import { type ConnectionSettings, describeTarget } from '../../../core/connection/connection.js';
import { ConfigurationError } from '../../../core/errors.js';
import { type Matcher, selected } from '../../../core/fleet/select.js';
import { inShard, type Shard } from '../../../core/fleet/shard.js';
import { type Target, type TargetList, TargetWarnings } from '../../../core/fleet/target.js';
import { targetsOfWave, unmatchedWaves, type WaveRule } from '../../../core/fleet/waves.js';
import { accepted, count } from '../../../core/text/words.js';
import * as adapters from '../../../library/open/adapters.js';
import { systemClock, thisRunner } from '../../../library/open/compose.js';
import type { ServerConfig } from '../../../library/connection/choose-server.js';
import { resolveBeside } from '../../config/resolve-shadow.js';
import { resolveTarget } from '../../config/resolve-target.js';
import { options } from '../../config/table/options.js';
import type { Scope } from '../../config/table/scope.js';
import type { CommandContext } from '../run-command.js';
import { reachedBy, type ReachedTarget } from './reached.js';

/** Which targets to look at, for commands that only look. */
export const lookingOptions = [
  ...[options.fleet.targets, options.fleet.targetsQuery, options.fleet.select],
  ...[options.fleet.shard, options.fleet.parallel, options.fleet.perServer],
] as const;

/** Where the targets come from. */
type Targets =
  | { readonly kind: 'listed'; readonly targets: readonly ReachedTarget[] }
  /** A server is queried for them when the command begins its work. */
  | { readonly kind: 'query'; readonly query: string; readonly server: ServerConfig };

type FleetConfig = Awaited<ReturnType<typeof configureFleet>>;

/** Reads and resolves the list; what is wrong with any target is reported with all other mistakes. */
export async function configureFleet(scope: Scope) {
  const { select, shard, parallel, perServer, wave, onlyWave } = options.fleet;
  const chosen = {
    select: scope.read(select) ?? [],
    waves: scope.read(wave) ?? [],
    onlyWave: scope.read(onlyWave),
    shard: scope.read(shard),
  };
  return {
    targets: await chooseTargets(scope, chosen),
    ...chosen,
    parallel: scope.read(parallel),
    perServer: scope.read(perServer),
    historySchema: scope.read(options.connection.historySchema),
    waitTimeoutMs: scope.read(options.connection.waitTimeout),
  };
}

/** Which of the targets are selected. */
interface Choice {
  readonly select: readonly Matcher[];
  readonly waves: readonly WaveRule[];
  /** The share is one of this wave; null for all waves. */
  readonly onlyWave: string | null;
  readonly shard: Shard | null;
}

async function chooseTargets(scope: Scope, choice: Choice): Promise<Targets> {
  const path = scope.given(options.fleet.targets);
  const query = scope.given(options.fleet.targetsQuery);
  const none: Targets = { kind: 'listed', targets: [] };
  if (path !== null && query !== null) {
    scope.problems.add(`${path.origin} and ${query.origin} are both given: give one of them`);
    return none;
  }
  if (query !== null) {
    return { kind: 'query', query: query.text, server: await resolveBeside(scope) };
  }
  if (path === null) {
    scope.problems.add(
      'say which databases: give --targets, or --targets-query and --database-url',
    );
    return none;
  }
  if (scope.given(options.connection.databaseUrl)?.origin === '--database-url') {
    scope.problems.add(`--database-url has no use beside ${path.origin}: leave one of them out`);
  }
  return { kind: 'listed', targets: await readList(scope, path.text, choice) };
}

async function readList(
  scope: Scope,
  path: string,
  choice: Choice,
): Promise<readonly ReachedTarget[]> {
  const reached: ReachedTarget[] = [];
  const warnings = new TargetWarnings();
  try {
    const { readTargets } = await adapters.targets();
    const { list, texts } = await readTargets(path);
    for (const problem of list.problems) scope.problems.add(problem);
    const targets = list.problems.length === 0 ? chosen(list.targets, choice) : [];
    for (const target of targets) {
      const settings = await resolveTarget(scope, target, { texts, warnings });
      if (settings !== null) reached.push(reachedBy(target, settings));
    }
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    for (const problem of error.problems) scope.problems.add(problem);
  }
  for (const sentence of warnings.sentences()) scope.warnings.add(sentence);
  return reached;
}

/** Throws `ConfigurationError` if `--select` or a `--wave` matches no target: that is usually a mistake. */
function chosen(
  targets: readonly Target[],
  { select, waves, onlyWave, shard }: Choice,
): readonly Target[] {
  const taken = selected(targets, select);
  if (taken.length === 0 && select.length > 0) {
    const asked = select.map(({ text }) => text).join(', ');
    const problem = `--select ${asked} matches none of ${count(targets.length, 'target')}`;
    throw new ConfigurationError([problem]);
  }
  // One wave alone, as in a Job, may be empty: its list may change after the Jobs were printed.
  const unmatched = onlyWave === null ? unmatchedWaves(targets, waves) : [];
  if (unmatched.length > 0) throw new ConfigurationError(unmatched);
  const own = onlyWave === null ? accepted(taken) : targetsOfWave(taken, waves, onlyWave);
  if (own.kind === 'refused') throw new ConfigurationError([own.reason]);
  return shard === null ? own.value : inShard(own.value, shard);
}

type FindPorts = Pick<CommandContext<object>, 'emit' | 'stop'>;

/**
 * The targets of the list, or of the query, which runs now. If there are none, that is a warning. Throws
 * `ConfigurationError`, `Refused`, `PostgresUnreachable`.
 */
export async function findTargets(
  fleet: FleetConfig,
  ports: FindPorts,
): Promise<readonly ReachedTarget[]> {
  const found = await findOwn(fleet, ports);
  if (found.length === 0) ports.emit({ kind: 'warning', message: 'there are no targets' });
  return found;
}

async function findOwn(
  { targets, select, waves, onlyWave, shard, waitTimeoutMs }: FleetConfig,
  ports: FindPorts,
): Promise<readonly ReachedTarget[]> {
  if (targets.kind === 'listed') return targets.targets;
  const { server } = targets.server;
  if (server.kind !== 'running') return [];
  const { settings } = server;
  const list = await askNames(targets.query, settings, { ports, waitTimeoutMs });
  if (list.problems.length > 0) throw new ConfigurationError(list.problems);
  return chosen(list.targets, { select, waves, onlyWave, shard }).map((target) => {
    const { url } = target;
    const database = url.kind === 'database' ? url.database : settings.database;
    return reachedBy(target, { ...settings, database });
  });
}

async function askNames(
  query: string,
  settings: ConnectionSettings,
  {
    ports: { emit, stop },
    waitTimeoutMs,
  }: { readonly ports: FindPorts; readonly waitTimeoutMs: number | null },
): Promise<TargetList> {
  const { readNames } = await adapters.names();
  const { retryTransient } = await import('../../../operations/run/retry-transient.js');
  let attempt = new AbortController();
  const breakOff = (): void => {
    attempt.abort();
    attempt = new AbortController();
  };
  const runner = thisRunner();
  const database = {
    target: describeTarget(settings),
    serverOrigin: settings.origins.server,
    breakOff,
  };
  const read = () => readNames({ settings, runner }, query, attempt.signal);
  return retryTransient(read, { clock: systemClock, emit, stop, database }, waitTimeoutMs);
}
