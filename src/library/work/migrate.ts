import type { MigrateDocument } from '../../core/documents.js';
import type { LintDocument, LintReport } from '../../core/lint/lint-report.js';
import type { Severity } from '../../core/proof/proof.js';
import type { Database, Session, SqlReader } from '../../core/ports.js';
import type { Gate } from '../../core/run/lint-hold.js';
import { judgeRun, type RunReport, type Verdict } from '../../core/run/report.js';
import type { CatalogKeeper, KeeperOptions } from '../../operations/drift/keeper.js';
import type { GatePorts } from '../../operations/lint-gate.js';
import type { MigrateOptions } from '../../operations/migrate.js';
import type { ServerConfig } from '../connection/choose-server.js';
import {
  assertSource,
  openKeeper,
  openSource,
  openSqlReader,
  systemClock,
  withDatabase,
} from '../open/compose.js';
import type { SourceConfig } from '../open/source-config.js';
import type { Hooks } from './hooks.js';

export interface ApplyConfig extends Pick<
  MigrateOptions,
  'onPooler' | 'lockTimeoutMs' | 'lockWaitMs'
> {
  readonly onFailure: 'continue' | 'schema' | 'stop';
  readonly onChange: 'rerun' | 'warn' | 'fail';
}

interface MigrateConfig extends ServerConfig {
  readonly source: SourceConfig;
  readonly apply: ApplyConfig;
  readonly catalog: KeeperOptions;
  /** The least severe finding that holds files back. */
  readonly lint: Severity | 'off';
  readonly dryRun: boolean;
  /** The last migration to apply, in full or up to its number; null for all. */
  readonly to: string | null;
}

/** A finished run. */
interface Migrated {
  readonly report: RunReport;
  readonly verdict: Verdict;
  /** What `lint` found that holds files back; null if nothing, or if it was not asked. */
  readonly held: LintReport | null;
}

interface MigrateHooks extends Hooks {
  /** Whether the report has what the history says of each file even if nothing is due. */
  readonly detailed: boolean;
  readonly onHeld?: (report: LintReport) => void;
  /** Called before the catalog is kept, which takes a while. */
  readonly onReport?: (outcome: Migrated) => Promise<void>;
}

/** One run, from its connection to what is kept after it. Throws as `migrate` of the operations does. */
export async function migrate(config: MigrateConfig, hooks: MigrateHooks): Promise<Migrated> {
  const { emit } = hooks;
  const { reason } = config.source;
  const source = openSource(config.source, config.historySchema);
  emit({ kind: 'source-chosen', directory: source.directory, reason });
  await assertSource(config.source, config.server);
  return withDatabase(config, emit, async (database) => {
    const clock = systemClock;
    const sqlReader = await openSqlReader();
    const keeping = { database, clock, emit, sqlReader };
    const keeper = config.dryRun ? null : await openKeeper(keeping, config.catalog);
    let held: LintReport | null = null;
    const gate = await openGate(config, database, {
      stop: hooks.stop,
      onHeld: (_, report) => {
        held = report;
        hooks.onHeld?.(report);
      },
    });
    const tell = async (report: RunReport): Promise<Migrated> => {
      const { allowEmpty } = config.source;
      const verdict = judgeRun(report, { allowEmpty, onChange: config.apply.onChange });
      emit({ kind: config.dryRun ? 'dry-run-finished' : 'run-finished', report, verdict });
      const outcome = { report, verdict, held };
      await hooks.onReport?.(outcome);
      return outcome;
    };
    let told: Promise<Migrated> | undefined;
    const afterwards = async (report: RunReport, session: Session): Promise<void> => {
      told = tell(report);
      await told;
      await keeper?.afterRun(hooks.stop.soon, session);
    };
    const opened = { database, source, sqlReader, gate, keeper, afterwards };
    const report = await run(config, hooks, opened);
    // Without a database, as a dry run may leave it, there was no session.
    return told ?? tell(report);
  });
}

/** What `--json` prints of a detailed run. */
export async function documentOf(
  { report, verdict, held }: Migrated,
  dryRun: boolean,
): Promise<MigrateDocument<LintDocument>> {
  const { migrateDocument } = await import('../../core/documents.js');
  const lint = held === null ? null : await lintDocumentOf(held);
  return migrateDocument(report, report.details ?? [], verdict, { dryRun, lint });
}

async function lintDocumentOf(held: LintReport): Promise<LintDocument> {
  const { lintDocument } = await import('../../core/lint/lint-report.js');
  return lintDocument(held);
}

interface Opened {
  readonly database: Database;
  readonly source: ReturnType<typeof openSource>;
  readonly sqlReader: SqlReader;
  readonly gate: Gate | null;
  readonly keeper: CatalogKeeper | null;
  readonly afterwards: NonNullable<MigrateOptions['afterwards']>;
}

async function run(
  { apply, source: { schemas }, waitTimeoutMs, dryRun, to }: MigrateConfig,
  { emit, stop, detailed }: MigrateHooks,
  { database, source, sqlReader, gate, keeper, afterwards }: Opened,
): Promise<RunReport> {
  const operations = await import('../../operations/migrate.js');
  return operations.migrate(
    { source, database, sqlReader, clock: systemClock, emit, stop },
    {
      policy: { onFailure: apply.onFailure, onChange: apply.onChange, to },
      schemas,
      lockTimeoutMs: apply.lockTimeoutMs,
      lockWaitMs: apply.lockWaitMs,
      onPooler: apply.onPooler,
      waitTimeoutMs,
      gate,
      dryRun,
      detailed,
      keeper,
      afterwards,
    },
  );
}

/** Loads the grammar and the rules only if needed. */
export async function openGate(
  { lint, source }: Pick<MigrateConfig, 'lint' | 'source'>,
  { target }: Database,
  ports: Pick<GatePorts, 'stop' | 'onHeld'>,
): Promise<Gate | null> {
  if (lint === 'off') return null;
  const gates = await import('./lint-gate.js');
  return gates.openGate(source.directory, { severity: lint, target }, ports);
}
