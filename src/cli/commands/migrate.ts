import { judge } from '../../core/report.js';
import { migrate } from '../../operations/migrate.js';
import { pinnedKeys } from '../../operations/status.js';
import { assertSource, openDatabase, openSource, openSqlReader } from '../compose.js';
import { exitCodes } from '../exit-codes.js';
import { migrateDocument } from '../../core/documents.js';
import { type CommandBody, jsonText } from '../run-command.js';
import { systemClock } from '../system-clock.js';

/** `pgm migrate` */
export const migrateCommand: CommandBody<'migrate'> = async ({ config, emit, stop, print }) => {
  const { apply, dryRun, to, json } = config;
  const source = openSource(config.source, config.historySchema);
  emit({ kind: 'source-chosen', directory: source.directory, reason: config.source.reason });
  await assertSource(config.source, config.server);
  const { database, close } = await openDatabase(config, emit);
  try {
    const report = await migrate(
      { source, database, sqlReader: await openSqlReader(), clock: systemClock, emit, stop },
      {
        policy: { onFailure: apply.onFailure, onChange: apply.onChange, to },
        schemas: config.source.schemas,
        lockTimeoutMs: apply.lockTimeoutMs,
        lockWaitMs: apply.lockWaitMs,
        onPooler: apply.onPooler,
        waitTimeoutMs: config.waitTimeoutMs,
        dryRun,
        detailed: json,
      },
    );
    const { allowEmpty } = config.source;
    const pinned = pinnedKeys(report.statuses);
    const verdict = judge(report.statuses, { allowEmpty, onChange: apply.onChange, pinned });
    emit({ kind: dryRun ? 'dry-run-finished' : 'run-finished', report, verdict });
    const { details } = report;
    if (json && details !== null)
      print(jsonText(migrateDocument(report, details, verdict, dryRun)));
    const failing = !dryRun && verdict.kind === 'behind' && verdict.failing;
    return failing ? exitCodes.migrationFailed : exitCodes.fine;
  } finally {
    await close();
  }
};
