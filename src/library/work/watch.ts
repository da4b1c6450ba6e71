import type { LintSeverity } from '../../core/lint/lint-report.js';
import type { Database, SourceWatch } from '../../core/ports.js';
import type { Gate, LintHold } from '../../core/run/lint-hold.js';
import type { KeeperOptions } from '../../operations/drift/keeper.js';
import type { DriftWatch } from '../../operations/watch/drift-watch.js';
import type { Watch } from '../../operations/watch/watch.js';
import { openKeeper, openSource, openSqlReader, systemClock } from '../open/compose.js';
import { openSourceWatch } from '../open/daemon.js';
import type { SourceConfig } from '../open/source-config.js';
import type { Hooks } from './hooks.js';
import type { ApplyConfig } from './migrate.js';

interface WatchConfig {
  readonly source: SourceConfig;
  readonly historySchema: string;
  readonly apply: ApplyConfig;
  readonly catalog: KeeperOptions;
  /** How it looks for drift; null where it does not. */
  readonly drift: DriftWatch['options'] | null;
  readonly lint: LintSeverity | 'off';
  readonly restoreGraceMs: number;
  readonly rescanIntervalMs: number;
}

interface WatchHooks extends Hooks {
  readonly database: Database;
  /** Called before the first run, with what tells where it stands; what it returns is called at the end. */
  readonly onLoop?: (loop: Watch) => () => void;
}

/** Keeps the database in step with the files until `stop` fires. */
export async function watch(config: WatchConfig, hooks: WatchHooks): Promise<void> {
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
      gate: await gateOf(config, database.target, { emit, stop }),
      restoreGraceMs: config.restoreGraceMs,
      dryRun: false,
      detailed: false,
      keeper: await openKeeper({ database, clock, emit, sqlReader }, config.catalog),
      driftWatch: drift && new DriftWatch({ database, clock, emit, stop }, drift),
    },
  );
}

/** Loads the grammar and the rules only if somebody wants them. */
async function gateOf(
  { lint, source: { directory } }: WatchConfig,
  target: string,
  { emit, stop }: Hooks,
): Promise<Gate | null> {
  if (lint === 'off') return null;
  const { openGate } = await import('./lint-gate.js');
  const onHeld = ({ revision, findings }: LintHold): void => {
    for (const finding of findings.slice(0, mostLogged)) {
      emit({ kind: 'lint-finding', revision, ...finding });
    }
  };
  return openGate(directory, { severity: lint, target }, { stop, onHeld });
}

/** How many there are is said with the verdict. */
const mostLogged = 50;
