import type { Emit } from '../../core/events.js';
import { FollowedSource } from '../../operations/follow-source.js';
import { HealthCheck } from '../../operations/health-check.js';
import { serveHealth } from '../../operations/serve-health.js';
import { StatusBoard } from '../../operations/status-board.js';
import { Answers } from '../answers.js';
import { openDatabase, openHealthServer, openSource, openSourceWatch } from '../compose.js';
import { exitCodes } from '../exit-codes.js';
import type { CommandBody } from '../run-command.js';
import { exitCodeOfSignal } from '../stop.js';
import { systemClock } from '../system-clock.js';
import { packageVersion } from '../version.js';

/** `pgm serve-health`: the probes alone, answered out of the history that somebody else writes. */
export const serveHealthCommand: CommandBody<'serve-health'> = async (context) => {
  const { config, stop } = context;
  const { source: sourceConfig, historySchema, onChange, rescanIntervalMs, labels } = config;
  const { directory, reason, schemas, allowEmpty, origin } = sourceConfig;
  const answers = new Answers({ role: 'onlooker', labels, clock: systemClock, rescanIntervalMs });
  const emit: Emit = (event) => {
    context.emit(event);
    answers.note(event);
  };
  const { database, close } = await openDatabase(config, emit);
  const followed = new FollowedSource(openSource(sourceConfig, historySchema), emit);
  const shared = {
    database,
    clock: systemClock,
    schemas,
    allowEmpty,
    onChange,
    snapshot: () => followed.snapshot,
    activity: () => null,
  };
  const check = new HealthCheck({
    ...shared,
    readiness: config.health.readiness,
    stopping: () => stop.soon.aborted,
  });
  const board = new StatusBoard({
    ...shared,
    version: packageVersion(),
    labels,
    source: { directory, origin },
    health: () => check.check(null),
  });
  let beatAt = systemClock.now();
  answers.begin({ check, board, beatAt: () => beatAt });
  const health = await openHealthServer({
    ...config.health,
    owner: 'pgm serve-health',
    answers,
    emit,
  });
  try {
    emit({ kind: 'health-listening', address: health.address });
    emit({ kind: 'source-chosen', directory, reason });
    const sourceWatch = await openSourceWatch(directory, rescanIntervalMs, emit);
    const beat = (): void => {
      beatAt = systemClock.now();
    };
    const serving = serveHealth({ followed, sourceWatch, emit, beat }, stop.soon);
    await serving.finally(() => sourceWatch.close());
  } finally {
    await answers.close();
    await health.close();
    await close();
  }
  return stop.signal() === 'SIGTERM' ? exitCodes.fine : exitCodeOfSignal(stop.signal());
};
