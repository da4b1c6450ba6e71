import { join } from 'node:path';
import type { ConnectionSettings } from '../core/connection/connection.js';
import { FilesFailed } from '../core/errors.js';
import { extensionMissing } from '../core/failure/explain/advice-rows.js';
import { failureOfRefusal, type MigrationFailure } from '../core/failure/failure.js';
import { headline, particulars } from '../core/failure/told.js';
import type { Snapshot } from '../core/files/migration.js';
import { judgeRun } from '../core/run/report.js';
import { migrate, type MigratePorts } from '../operations/migrate.js';
import { systemClock } from '../library/open/compose.js';
import { openDatabase, openSqlReader, type SourceOptions } from './compose.js';
import { located } from '../core/text/position.js';

interface Filling {
  readonly source: SourceOptions;
  readonly snapshot: Snapshot;
  readonly to: string | null;
  /** The settings of the database to fill. */
  readonly settings: ConnectionSettings;
  /** What to add about an extension that the server does not have. */
  readonly onExtensionMissing: () => Promise<string>;
}

interface FailedFile {
  readonly path: string;
  readonly failure: MigrationFailure;
}

const never = new AbortController().signal;

/**
 * Applies all files of a snapshot to an empty database. Throws `FilesFailed` with all that failed, `Transient`, `Refused`.
 */
export async function applyAll(filling: Filling): Promise<void> {
  const { source, snapshot, to, settings } = filling;
  const { directory, schemas, historySchema } = source;
  const failed: FailedFile[] = snapshot.refused.map((file) => ({
    path: file.path,
    failure: failureOfRefusal(file),
  }));
  if (failed.length > 0) throw await filesFailed(filling, failed);
  const ports: MigratePorts = {
    source: { directory, origin: '', read: () => Promise.resolve(snapshot) },
    database: await openDatabase(settings, historySchema),
    sqlReader: await openSqlReader(),
    clock: systemClock,
    emit: (event) => {
      if (event.kind === 'migration-failed') failed.push(event);
    },
    stop: { soon: never, now: never },
  };
  const report = await migrate(ports, {
    policy: { onFailure: 'stop', onChange: 'fail', to },
    schemas,
    lockTimeoutMs: 10_000,
    lockWaitMs: 60_000,
    onPooler: 'refuse',
    // It has just answered.
    waitTimeoutMs: 5_000,
    dryRun: false,
    detailed: false,
  });
  if (failed.length > 0) throw await filesFailed(filling, failed);
  const verdict = judgeRun(report, { allowEmpty: true, onChange: 'fail' });
  const isWhole = verdict.kind !== 'behind' || (to !== null && !verdict.failing);
  if (!isWhole) throw new FilesFailed(`${directory} cannot be applied: ${verdict.reason}`);
}

async function filesFailed(filling: Filling, failed: readonly FailedFile[]): Promise<FilesFailed> {
  const { directory } = filling.source;
  const told = failed.map(({ path, failure }) => {
    const head = `${located(join(directory, path), failure.place)}: ${headline(failure)}`;
    return [head, ...particulars(failure)].join('\n  ');
  });
  const isAboutExtension = failed.some(({ failure }) => failure.advice === extensionMissing);
  const more = isAboutExtension ? [await filling.onExtensionMissing()] : [];
  return new FilesFailed(['the test database cannot be created:', ...told, ...more].join('\n'));
}
