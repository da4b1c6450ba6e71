import { writeFile } from 'node:fs/promises';
import {
  type FleetDriftReport,
  isCutShort,
  isInStep,
} from '../../../core/fleet/drift/target-drift.js';
import { systemClock } from '../../../library/open/compose.js';
import { options } from '../../config/table/options.js';
import type { Scope } from '../../config/table/scope.js';
import { exitCodes } from '../../process/exit-codes.js';
import { keepFleetSmall } from '../../process/small-heap.js';
import { exitCodeOfSignal } from '../../process/stop.js';
import { jsonText } from '../../render/words/layout.js';
import { type Command, type CommandContext, looksOf, runCommand } from '../run-command.js';
import { openerOf } from './reached.js';
import { configureFleet, findTargets, lookingOptions } from './targets.js';

type Config = Awaited<ReturnType<typeof configure>>;

export const fleetDrift: Command<'fleet drift', Config> = {
  name: 'fleet drift',
  summary: 'show how many databases differ from what the last run of each left',
  options: [
    ...Object.values(options.connection),
    ...lookingOptions,
    options.drift.driftIgnore,
    options.proof.junit,
    options.applying.json,
    ...Object.values(options.output),
  ],
  result: 'stdout',
  configure,
  run: (line) => {
    keepFleetSmall();
    return runCommand(fleetDrift, line, look);
  },
};

async function configure(scope: Scope) {
  return { fleet: await configureFleet(scope), ...resolveDriftLook(scope) };
}

/** The options of both commands that compare many databases. */
export function resolveDriftLook(scope: Scope) {
  return {
    ignored: scope.read(options.drift.driftIgnore) ?? [],
    junit: scope.read(options.proof.junit),
    json: scope.read(options.applying.json),
  };
}

async function look(context: CommandContext<Config>): Promise<number> {
  const { config, emit, stop } = context;
  const { fleet, ignored } = config;
  const { driftOfFleet } = await import('../../../operations/fleet/drift-fleet.js');
  const found = await findTargets(fleet, context);
  const open = openerOf(found, fleet.historySchema);
  const report = await driftOfFleet({ clock: systemClock, emit, stop, open }, found, {
    limits: { parallel: fleet.parallel, perServer: fleet.perServer },
    waitTimeoutMs: fleet.waitTimeoutMs,
    ignored,
  });
  return tellDrift('fleet drift', report, context);
}

type Telling = CommandContext<ReturnType<typeof resolveDriftLook>>;

/** Prints what was found and returns the exit code. */
export async function tellDrift(
  command: 'fleet drift' | 'fleet verify',
  report: FleetDriftReport,
  { config, stop, print }: Telling,
): Promise<number> {
  const { junit, json } = config;
  if (junit !== null) {
    const { fleetDriftJunit } = await import('../../../core/fleet/drift/fleet-drift-junit.js');
    await writeFile(junit, fleetDriftJunit(command, report));
  }
  if (json) {
    const { fleetDriftDocument } =
      await import('../../../core/fleet/drift/fleet-drift-document.js');
    print(jsonText(fleetDriftDocument(report)));
  } else {
    const { fleetDriftTable } = await import('../../render/words/fleet/fleet-drift-table.js');
    print(fleetDriftTable(report, looksOf(config)));
  }
  const { targets } = report;
  if (stop.soon.aborted && isCutShort(targets)) return exitCodeOfSignal(stop.signal());
  return isInStep(targets) ? exitCodes.fine : exitCodes.notUpToDate;
}
