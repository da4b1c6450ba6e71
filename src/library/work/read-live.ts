import type { Snapshot } from '../../core/files/migration.js';
import type { Base } from '../../core/proof/base.js';
import type { ServerConfig } from '../connection/choose-server.js';
import { findContents } from '../open/adapters.js';
import { systemClock, withDatabase } from '../open/compose.js';
import type { SourceConfig } from '../open/source-config.js';
import type { Hooks } from './hooks.js';

/** A live database whose history is read, and what named it. */
export interface LiveConfig extends ServerConfig {
  readonly origin: string;
}

/** What a live database has, by its history and by git. */
export async function readLive(
  today: Snapshot,
  { live, source }: { readonly live: LiveConfig; readonly source: SourceConfig },
  { emit, stop }: Hooks,
): Promise<Base> {
  const { readLiveBase } = await import('../../operations/against/read-live-base.js');
  const { schemas } = source;
  const { waitTimeoutMs, origin } = live;
  return withDatabase(live, emit, (database) => {
    const find = (checksums: readonly string[]) => findContents(source, checksums);
    const ports = { database, findContents: find, clock: systemClock, emit, stop };
    return readLiveBase(today, ports, { schemas, waitTimeoutMs, origin });
  });
}
