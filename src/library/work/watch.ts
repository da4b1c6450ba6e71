import type { Emit } from '../../core/events.js';
import type { Database, SourceWatch } from '../../core/ports.js';
import type { Severity } from '../../core/proof/proof.js';
import type { LintHold } from '../../core/run/lint-hold.js';
import type { KeeperOptions } from '../../operations/drift/keeper.js';
import type { DriftWatch } from '../../operations/watch/drift-watch.js';
import type { Watch } from '../../operations/watch/watch.js';
import type { ServerConfig } from '../connection/choose-server.js';
import * as adapters from '../open/adapters.js';
import {
  openKeeper,
  openSource,
  openSqlReader,
  systemClock,
  withDatabase,
} from '../open/compose.js';
import { isMounted, openSourceWatch } from '../open/daemon.js';
import type { SourceConfig } from '../open/source-config.js';
import type { Subject } from './answers.js';
import type { Hooks } from './hooks.js';
import { type ApplyConfig, openGate } from './migrate.js';
import type { Served, ServedConfig } from './serve.js';

interface WatchConfig extends ServerConfig {
  readonly source: SourceConfig;
  readonly apply: ApplyConfig;
  readonly catalog: KeeperOptions;
  /** How it looks for drift; null if it does not. */
  readonly drift: DriftWatch['options'] | null;
  readonly lint: Severity | 'off';
  readonly restoreGraceMs: number;
  readonly rescanIntervalMs: number;
}

interface WatchHooks extends Hooks {
  readonly database: Database;
  /** Called before the first run, with the loop; what it returns is called at the end. */
  readonly onLoop?: (loop: Watch) => () => void;
}

/** Keeps the database in step with the files until `stop` fires. Serves no probes. */
export function watchAlone(config: WatchConfig, { emit, stop }: Hooks): Promise<void> {
  return withDatabase(config, emit, (database) => watch(config, { emit, stop, database }));
}

/** The same, together with the health server. `onLoop`: see `WatchHooks`. */
export function watchServed(
  config: WatchConfig & ServedConfig,
  { emit, stop, database, answers, address }: Served,
  onLoop?: WatchHooks['onLoop'],
): Promise<void> {
  const follow = (loop: Watch): (() => void) => {
    answers.begin(subjectOf(loop, config, { database, stop }));
    let runs = 0;
    loop.onRun(() => {
      answers.forget();
      runs += 1;
      if (runs === 1) void tellWatching(config.source, address, emit);
    });
    return onLoop?.(loop) ?? (() => undefined);
  };
  return watch(config, { emit, stop, database, onLoop: follow });
}

function subjectOf(
  loop: Watch,
  { source, apply, health }: WatchConfig & ServedConfig,
  { database, stop }: Pick<WatchHooks, 'database' | 'stop'>,
): Subject {
  return {
    database,
    source,
    onChange: apply.onChange,
    readiness: health.readiness,
    snapshot: () => loop.followed.snapshot,
    hasLooked: () => loop.followed.hasLooked,
    activity: () => loop.activity,
    onLacking: () => {
      loop.catchUp();
    },
    onAnswered: () => {
      loop.serverAnswered();
    },
    onBack: () => {
      loop.tryNow();
    },
    ownIntent: () => loop.ownIntent,
    heldByLint: () => loop.heldByLint,
    drift: () => loop.atRest.seen,
    stopping: () => stop.soon.aborted,
    beatAt: () => loop.beatAt,
  };
}

async function tellWatching(
  { directory }: SourceConfig,
  address: string,
  emit: Emit,
): Promise<void> {
  emit({ kind: 'watching', directory, mounted: await isMounted(directory), address });
  const part = (await adapters.subPath()).findSubPath(directory);
  if (part === null) return;
  emit({
    kind: 'warning',
    message:
      `${part} is mounted with subPath, and Kubernetes never updates such a mount: ` +
      'mount the whole ConfigMap as a directory',
  });
}

async function watch(config: WatchConfig, hooks: WatchHooks): Promise<void> {
  const { directory } = config.source;
  const sourceWatch = await openSourceWatch(directory, config.rescanIntervalMs, hooks.emit);
  const loop = await openLoop(config, hooks, sourceWatch);
  const onEnd = hooks.onLoop?.(loop);
  await loop.run().finally(() => {
    onEnd?.();
    return sourceWatch.close();
  });
}

async function openLoop(
  config: WatchConfig,
  { database, emit, stop }: WatchHooks,
  sourceWatch: SourceWatch,
): Promise<Watch> {
  const operations = await import('../../operations/watch/watch.js');
  const { DriftWatch } = await import('../../operations/watch/drift-watch.js');
  const { drift } = config;
  const { schemas, allowEmpty } = config.source;
  const { onFailure, onChange, onPooler, lockTimeoutMs, lockWaitMs } = config.apply;
  const source = openSource(config.source, config.historySchema);
  const sqlReader = await openSqlReader();
  const clock = systemClock;
  return new operations.Watch(
    { source, sourceWatch, database, sqlReader, clock, emit, stop },
    {
      policy: { onFailure, onChange, to: null },
      schemas,
      allowEmpty,
      onPooler,
      lockTimeoutMs,
      lockWaitMs,
      gate: await openGate(config, database, { stop, onHeld: findingTeller(emit) }),
      restoreGraceMs: config.restoreGraceMs,
      dryRun: false,
      detailed: false,
      keeper: await openKeeper({ database, clock, emit, sqlReader }, config.catalog),
      driftWatch: drift && new DriftWatch({ database, clock, emit, stop }, drift),
    },
  );
}

function findingTeller(emit: Emit): (hold: LintHold) => void {
  return ({ revision, findings }) => {
    for (const finding of findings.slice(0, mostLogged)) {
      emit({ kind: 'lint-finding', revision, ...finding });
    }
  };
}

/** The verdict has their number. */
const mostLogged = 50;
