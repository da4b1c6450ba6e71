import type { Emit } from '../../core/events.js';
import type { Database } from '../../core/ports.js';
import { notReady } from '../../core/readiness.js';
import { HealthCheck } from '../../operations/health-check.js';
import { Watch } from '../../operations/watch.js';
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

/** `pgm watch`: the probes answer before anything else is tried, and until all has ended. */
export const watchCommand: CommandBody<'watch'> = async (context) => {
  const { config, emit, stop } = context;
  let check: HealthCheck | null = null;
  const health = await openHealthServer({
    ...config.health,
    owner: 'pgm watch',
    check: (wanted) =>
      check?.check(wanted) ?? Promise.resolve(notReady('starting', 'unknown', null)),
  });
  try {
    emit({ kind: 'health-listening', address: health.address });
    const { directory, reason } = config.source;
    emit({ kind: 'source-chosen', directory, reason });
    const { database, close } = await openDatabase(config, emit);
    try {
      await keepInStep(context, database, health.address, (opened) => {
        check = opened;
      });
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
  onCheck: (check: HealthCheck) => void,
): Promise<void> {
  const { source: sourceConfig, apply, historySchema, rescanIntervalMs } = config;
  const { directory, schemas, allowEmpty } = sourceConfig;
  const { onFailure, onChange } = apply;
  const sourceWatch = await openSourceWatch(directory, rescanIntervalMs, emit);
  const source = openSource(sourceConfig, historySchema);
  const sqlReader = await openSqlReader();
  const watch = new Watch(
    { source, sourceWatch, database, sqlReader, clock: systemClock, emit, stop },
    { ...apply, policy: { onFailure, onChange, to: null }, schemas, allowEmpty, dryRun: false },
  );
  const check = new HealthCheck({
    database,
    clock: systemClock,
    schemas,
    allowEmpty,
    onChange,
    readiness: config.health.readiness,
    snapshot: () => watch.followed.snapshot,
    activity: () => watch.activity,
    attempted: () => watch.attempted,
    onLacking: () => {
      watch.catchUp();
    },
    stopping: () => stop.soon.aborted,
  });
  onCheck(check);
  let runs = 0;
  watch.onRun(() => {
    check.forget();
    runs += 1;
    if (runs === 1) void tellWatching(config.source, address, emit);
  });
  try {
    await watch.run();
  } finally {
    await check.close();
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
