import { hostname } from 'node:os';
import type { LiveSchema } from '../../core/schema/reading.js';
import { adapters, packageVersion } from '../compose.js';
import type { ServerConfig } from '../config/server/resolve-server.js';

/** What reads the catalog of a database that is there. */
export async function openLive({ server, historySchema }: ServerConfig): Promise<LiveSchema> {
  if (server.kind !== 'running') throw new Error('an embedded server has no database of its own');
  const { openLiveSchema } = await adapters.liveSchema();
  const runner = { version: packageVersion(), host: hostname() };
  return openLiveSchema({ settings: server.settings, historySchema, runner });
}
