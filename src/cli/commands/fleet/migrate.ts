import { ConfigurationError } from '../../../core/errors.js';
import { type FleetReport, isCutShort, troubleOf } from '../../../core/fleet/fleet-report.js';
import { planWaves } from '../../../core/fleet/waves.js';
import {
  openKeeper,
  openSource,
  openSqlReader,
  systemClock,
} from '../../../library/open/compose.js';
import {
  resolveApply,
  resolveCatalog,
  resolveLastKey,
  resolveSource,
} from '../../config/resolve-run.js';
import { options } from '../../config/table/options.js';
import type { Scope } from '../../config/table/scope.js';
import { exitCodes } from '../../process/exit-codes.js';
import { keepFleetSmall } from '../../process/small-heap.js';
import { exitCodeOfSignal } from '../../process/stop.js';
import { jsonText } from '../../render/words/layout.js';
import { type Command, type CommandContext, runCommand } from '../run-command.js';
import { openerOf, type ReachedTarget } from './reached.js';
import { configureFleet, findTargets } from './targets.js';

type Config = Awaited<ReturnType<typeof configure>>;

export const fleetMigrate: Command<'fleet migrate', Config> = {
  name: 'fleet migrate',
  summary: 'apply pending files to many databases, wave by wave',
  options: [
    ...Object.values(options.connection),
    ...Object.values(options.source),
    options.applying.allowEmpty,
    options.applying.onFailure,
    options.applying.onChange,
    options.applying.lockTimeout,
    options.applying.lockWait,
    options.applying.onPooler,
    ...Object.values(options.drift),
    ...Object.values(options.fleet),
    options.health.grace,
    ...[options.applying.dryRun, options.applying.to],
    options.applying.json,
    ...Object.values(options.output),
  ],
  result: 'log',
  configure,
  run: (line) => {
    keepFleetSmall();
    return runCommand(fleetMigrate, line, migrateAll);
  },
};

async function configure(scope: Scope) {
  const source = await resolveSource(scope);
  return {
    fleet: await configureFleet(scope),
    pauseMs: scope.read(options.fleet.pause),
    checkCommand: scope.read(options.fleet.checkCommand),
    maxFailed: scope.read(options.fleet.maxFailed),
    graceMs: scope.read(options.health.grace),
    source,
    apply: resolveApply(scope),
    catalog: resolveCatalog(scope),
    dryRun: scope.read(options.applying.dryRun),
    to: resolveLastKey(scope, source.schemas),
    json: scope.read(options.applying.json),
  };
}

async function migrateAll(context: CommandContext<Config>): Promise<number> {
  const { config, emit, stop, print } = context;
  const { fleet, source: chosen, json } = config;
  const { migrateFleet } = await import('../../../operations/fleet/migrate-fleet.js');
  const source = openSource(chosen, fleet.historySchema);
  emit({ kind: 'source-chosen', directory: source.directory, reason: chosen.reason });
  const targets = await findTargets(fleet, context);
  const sqlReader = await openSqlReader();
  const report = await migrateFleet(
    {
      source,
      clock: systemClock,
      emit,
      stop,
      sqlReader,
      open: openerOf(targets, fleet.historySchema),
      keeperOf: (database, tell) =>
        openKeeper({ database, clock: systemClock, emit: tell, sqlReader }, config.catalog),
      check: checkOf(context),
    },
    wavesOf(targets, context),
    {
      limits: {
        parallel: fleet.parallel,
        perServer: fleet.perServer,
        maxFailed: config.maxFailed,
      },
      pauseMs: config.pauseMs,
      run: runOptions(config),
    },
  );
  emit({ kind: 'fleet-finished', report });
  if (json) {
    const { fleetDocument } = await import('../../../core/fleet/fleet-document.js');
    print(jsonText(fleetDocument(report)));
  }
  return exitCodeOf(report, context);
}

function wavesOf(
  targets: readonly ReachedTarget[],
  { config, emit }: Pick<CommandContext<Config>, 'config' | 'emit'>,
) {
  const { waves, onlyWave } = config.fleet;
  if (onlyWave !== null) return [{ name: onlyWave, targets }];
  const planned = planWaves(targets, waves);
  if (planned.kind === 'refused') throw new ConfigurationError([planned.reason]);
  for (const name of planned.empty) {
    emit({ kind: 'warning', message: `the wave ${name} has no targets` });
  }
  return planned.waves;
}

function checkOf({ config, stop }: Pick<CommandContext<Config>, 'config' | 'stop'>) {
  const { checkCommand } = config;
  if (checkCommand === null) return null;
  return async (wave: string) => {
    const { runCheck } = await import('../../process/check-command.js');
    return runCheck(checkCommand, wave, stop.soon);
  };
}

function runOptions({ apply, source, fleet, dryRun, to }: Config) {
  const { onFailure, onChange, onPooler, lockTimeoutMs, lockWaitMs } = apply;
  return {
    policy: { onFailure, onChange, to },
    onPooler,
    lockTimeoutMs,
    lockWaitMs,
    dryRun,
    schemas: source.schemas,
    allowEmpty: source.allowEmpty,
    waitTimeoutMs: fleet.waitTimeoutMs,
  };
}

/** The code of `migrate` if everything went wrong in the same way; else that of a failure. A dry run only reports. */
function exitCodeOf(
  report: FleetReport,
  { config, stop }: Pick<CommandContext<Config>, 'config' | 'stop'>,
): number {
  const trouble = troubleOf(report);
  if (stop.soon.aborted && isCutShort(report)) return exitCodeOfSignal(stop.signal());
  if (config.dryRun && trouble === 'failed' && report.stopped === null) return exitCodes.fine;
  return exitCodesOf[trouble];
}

const exitCodesOf = {
  none: exitCodes.fine,
  failed: exitCodes.failed,
  refused: exitCodes.usage,
  locked: exitCodes.lockUnavailable,
  away: exitCodes.unreachable,
} as const;
