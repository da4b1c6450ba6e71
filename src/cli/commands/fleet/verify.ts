import { openLive } from '../../../library/open/adapters.js';
import { openSource, openSqlReader, systemClock } from '../../../library/open/compose.js';
import { withProof } from '../../../library/open/proof.js';
import type { FleetTarget } from '../../../operations/fleet/fleet-ports.js';
import { resolveSource } from '../../config/resolve-run.js';
import { resolveShadow } from '../../config/resolve-shadow.js';
import { options } from '../../config/table/options.js';
import type { Scope } from '../../config/table/scope.js';
import { keepFleetSmall } from '../../process/small-heap.js';
import { type Command, type CommandContext, runCommand } from '../run-command.js';
import { resolveDriftLook, tellDrift } from './drift.js';
import { openerOf, serversOf } from './reached.js';
import { configureFleet, findTargets, lookingOptions } from './targets.js';

type Config = Awaited<ReturnType<typeof configure>>;

export const fleetVerify: Command<'fleet verify', Config> = {
  name: 'fleet verify',
  summary: 'compare many databases with what all files make on a throw-away one',
  options: [
    ...Object.values(options.connection),
    options.embedded.embedded,
    ...[options.source.dir, options.source.configmapPath],
    ...lookingOptions,
    ...[options.proof.shadowUrl, options.proof.roles, options.applying.lockTimeout],
    options.drift.driftIgnore,
    options.proof.junit,
    options.applying.json,
    ...Object.values(options.output),
  ],
  result: 'stdout',
  configure,
  run: (line) => {
    keepFleetSmall();
    return runCommand(fleetVerify, line, compare);
  },
};

async function configure(scope: Scope) {
  return {
    fleet: await configureFleet(scope),
    source: await resolveSource(scope),
    server: await resolveShadow(scope),
    historySchema: scope.read(options.connection.historySchema),
    roles: scope.read(options.proof.roles) ?? [],
    lockTimeoutMs: scope.read(options.applying.lockTimeout),
    ...resolveDriftLook(scope),
  };
}

async function compare(context: CommandContext<Config>): Promise<number> {
  const { config, emit, stop } = context;
  const { fleet, historySchema, ignored } = config;
  const { verifyFleet } = await import('../../../operations/fleet/verify-fleet.js');
  const found = await findTargets(fleet, context);
  const serverOf = serversOf(found);
  const side = {
    source: openSource(config.source, historySchema),
    open: openerOf(found, historySchema),
    openLive: (target: FleetTarget) => openLive({ server: serverOf(target), historySchema }),
    sqlReader: await openSqlReader(),
    clock: systemClock,
    emit,
    stop,
  };
  const report = await withProof(config, emit, (openProof) =>
    verifyFleet({ ...side, openProof }, found, {
      limits: { parallel: fleet.parallel, perServer: fleet.perServer },
      waitTimeoutMs: fleet.waitTimeoutMs,
      ignored,
    }),
  );
  return tellDrift('fleet verify', report, context);
}
