import { FollowedSource } from '../../operations/follow-source.js';
import { HealthCheck } from '../../operations/health-check.js';
import { serveHealth } from '../../operations/serve-health.js';
import { openDatabase, openHealthServer, openSource, openSourceWatch } from '../compose.js';
import { exitCodes } from '../exit-codes.js';
import type { CommandBody } from '../run-command.js';
import { exitCodeOfSignal } from '../stop.js';
import { systemClock } from '../system-clock.js';

/** `pgm serve-health`: the probes alone, answered out of the history that somebody else writes. */
export const serveHealthCommand: CommandBody<'serve-health'> = async ({ config, emit, stop }) => {
  const { source: sourceConfig, historySchema, onChange, health: healthConfig } = config;
  const { directory, reason, schemas, allowEmpty } = sourceConfig;
  const { database, close } = await openDatabase(config, emit);
  const followed = new FollowedSource(openSource(sourceConfig, historySchema), emit);
  const check = new HealthCheck({
    database,
    clock: systemClock,
    schemas,
    allowEmpty,
    onChange,
    readiness: healthConfig.readiness,
    snapshot: () => followed.snapshot,
    activity: () => null,
    stopping: () => stop.soon.aborted,
  });
  const health = await openHealthServer({
    ...healthConfig,
    owner: 'pgm serve-health',
    check: (wanted) => check.check(wanted),
  });
  try {
    emit({ kind: 'health-listening', address: health.address });
    emit({ kind: 'source-chosen', directory, reason });
    const sourceWatch = await openSourceWatch(directory, config.rescanIntervalMs, emit);
    await serveHealth(followed, sourceWatch, stop.soon).finally(() => sourceWatch.close());
  } finally {
    await check.close();
    await health.close();
    await close();
  }
  return stop.signal() === 'SIGTERM' ? exitCodes.fine : exitCodeOfSignal(stop.signal());
};
