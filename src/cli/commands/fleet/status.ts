import { writeFile } from 'node:fs/promises';
import {
  type FleetReport,
  isCutShort,
  isUpToDate,
  outcomesOf,
} from '../../../core/fleet/fleet-report.js';
import { openSource, systemClock } from '../../../library/open/compose.js';
import type { CommonConfig } from '../../config/resolve.js';
import { resolveSource } from '../../config/resolve-run.js';
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

export const fleetStatus: Command<'fleet status', Config> = {
  name: 'fleet status',
  summary: 'show which of many databases have which files, without changing anything',
  options: [
    ...Object.values(options.connection),
    ...Object.values(options.source),
    options.applying.allowEmpty,
    options.applying.onChange,
    ...lookingOptions,
    options.applying.check,
    options.proof.junit,
    options.applying.json,
    ...Object.values(options.output),
  ],
  result: 'stdout',
  configure,
  run: (line) => {
    keepFleetSmall();
    return runCommand(fleetStatus, line, show);
  },
};

async function configure(scope: Scope) {
  return {
    fleet: await configureFleet(scope),
    source: await resolveSource(scope),
    onChange: scope.read(options.applying.onChange),
    check: scope.read(options.applying.check),
    junit: scope.read(options.proof.junit),
    json: scope.read(options.applying.json),
  };
}

async function show(context: CommandContext<Config>): Promise<number> {
  const { config, emit, stop, print } = context;
  const { fleet, source: chosen, onChange } = config;
  const { statusOfFleet } = await import('../../../operations/fleet/status-fleet.js');
  const source = openSource(chosen, fleet.historySchema);
  const found = await findTargets(fleet, context);
  const open = openerOf(found, fleet.historySchema);
  const report = await statusOfFleet({ source, clock: systemClock, emit, stop, open }, found, {
    limits: { parallel: fleet.parallel, perServer: fleet.perServer },
    schemas: chosen.schemas,
    waitTimeoutMs: fleet.waitTimeoutMs,
    allowEmpty: chosen.allowEmpty,
    onChange,
  });
  await printReport(report, config, print);
  if (stop.soon.aborted && isCutShort(report)) return exitCodeOfSignal(stop.signal());
  const isBehind = !isUpToDate(outcomesOf(report));
  return config.check && isBehind ? exitCodes.notUpToDate : exitCodes.fine;
}

async function printReport(
  report: FleetReport,
  config: Config & CommonConfig,
  print: (text: string) => void,
): Promise<void> {
  const { json, junit, source } = config;
  if (junit !== null) {
    const { fleetJunit } = await import('../../../core/fleet/fleet-junit.js');
    await writeFile(junit, fleetJunit(report));
  }
  if (json) {
    const { fleetDocument } = await import('../../../core/fleet/fleet-document.js');
    print(jsonText(fleetDocument(report)));
    return;
  }
  const { fleetTable } = await import('../../render/words/fleet/fleet-table.js');
  print(fleetTable(report, source.directory, looksOf(config)));
}
