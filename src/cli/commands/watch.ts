import type { Emit } from '../../core/events.js';
import type { Database } from '../../core/ports.js';
import { HealthCheck } from '../../operations/health-check.js';
import { StatusBoard } from '../../operations/status-board.js';
import { Watch } from '../../operations/watch.js';
import { Answers } from '../answers.js';
import {
  isMounted,
  openDatabase,
  openHealthServer,
  openSource,
  openSourceWatch,
  openSqlReader,
} from '../compose.js';
import type { SourceConfig } from '../config/config.js';
import { exitCodes } from '../exit-codes.js';
import type { CommandBody, CommandContext } from '../run-command.js';
import { exitCodeOfSignal } from '../stop.js';
import { systemClock } from '../system-clock.js';
import { packageVersion } from '../version.js';

/** `pgm watch`: the probes answer before anything else is tried, and until all has ended. */
export const watchCommand: CommandBody<'watch'> = async (context) => {
  const { config, stop } = context;
  const { labels, rescanIntervalMs } = config;
  const answers = new Answers({ role: 'runner', labels, clock: systemClock, rescanIntervalMs });
  const emit: Emit = (event) => {
    context.emit(event);
    answers.note(event);
  };
  const health = await openHealthServer({ ...config.health, owner: 'pgm watch', answers, emit });
  try {
    emit({ kind: 'health-listening', address: health.address });
    const { directory, reason } = config.source;
    emit({ kind: 'source-chosen', directory, reason });
    const { database, close } = await openDatabase(config, emit);
    try {
      await keepInStep({ ...context, emit }, database, health.address, answers);
    } finally {
      await close();
    }
  } finally {
    await health.close();
  }
  return stop.signal() === 'SIGTERM' ? exitCodes.fine : exitCodeOfSignal(stop.signal());
};

async function keepInStep(
  { config, emit, stop }: CommandContext<'watch'>,
  database: Database,
  address: string,
  answers: Answers,
): Promise<void> {
  const { source: sourceConfig, apply, historySchema, rescanIntervalMs, labels } = config;
  const { directory, schemas, allowEmpty, origin } = sourceConfig;
  const { onFailure, onChange } = apply;
  const sourceWatch = await openSourceWatch(directory, rescanIntervalMs, emit);
  const source = openSource(sourceConfig, historySchema);
  const sqlReader = await openSqlReader();
  const watch = new Watch(
    { source, sourceWatch, database, sqlReader, clock: systemClock, emit, stop },
    {
      ...{ ...apply, policy: { onFailure, onChange, to: null }, schemas, allowEmpty },
      ...{ dryRun: false, detailed: false },
    },
  );
  const shared = {
    database,
    clock: systemClock,
    schemas,
    allowEmpty,
    onChange,
    snapshot: () => watch.followed.snapshot,
    activity: () => watch.activity,
  };
  const check = new HealthCheck({
    ...shared,
    readiness: config.health.readiness,
    attempted: () => watch.attempted,
    onLacking: () => {
      watch.catchUp();
    },
    stopping: () => stop.soon.aborted,
  });
  const board = new StatusBoard({
    ...shared,
    version: packageVersion(),
    labels,
    source: { directory, origin },
    health: () => check.check(null),
  });
  answers.begin({ check, board, beatAt: () => watch.beatAt });
  let runs = 0;
  watch.onRun(() => {
    check.forget();
    runs += 1;
    if (runs === 1) void tellWatching(sourceConfig, address, emit);
  });
  try {
    await watch.run();
  } finally {
    await answers.close();
    await sourceWatch.close();
  }
}

/** Where ConfigMaps are mounted: there, a directory that is no mount is most likely a mistake. */
const mountOrigins: ReadonlySet<string> = new Set(['CONFIGMAP_PATH', 'default']);

async function tellWatching(
  { directory, origin }: SourceConfig,
  address: string,
  emit: Emit,
): Promise<void> {
  const mounted = await isMounted(directory);
  emit({ kind: 'watching', directory, mounted, address });
  if (mounted || !mountOrigins.has(origin) || directory.startsWith('.')) return;
  emit({
    kind: 'warning',
    message:
      `${directory} has no ..data link, so it is no ConfigMap mount as the kubelet makes them; ` +
      'if it is mounted with subPath it will never be updated: mount the whole volume',
  });
}
