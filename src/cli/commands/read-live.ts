import type { Snapshot } from '../../core/files/migration.js';
import type { Base } from '../../core/proof/base.js';
import { findContents, withDatabase } from '../compose.js';
import type { SourceConfig } from '../config/resolve-migrations.js';
import type { LiveConfig } from '../config/server/resolve-shadow.js';
import { systemClock } from '../process/machine.js';
import type { CommandContext } from './run-command.js';

/** What a live database has, by its history and by git. */
export async function readLive(
  today: Snapshot,
  live: LiveConfig,
  { config: { source }, emit, stop }: CommandContext<{ readonly source: SourceConfig }>,
): Promise<Base> {
  const { readLiveBase } = await import('../../operations/read-live-base.js');
  const { schemas } = source;
  const { waitTimeoutMs, origin } = live;
  return withDatabase(live, emit, (database) => {
    const find = (checksums: readonly string[]) => findContents(source, checksums);
    const ports = { database, findContents: find, clock: systemClock, emit, stop };
    return readLiveBase(today, ports, { schemas, waitTimeoutMs, origin });
  });
}
