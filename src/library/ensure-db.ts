import { call } from './call.js';
import type { CallOptions, ServerOptions } from './options.js';
import { settleServer } from './settle.js';

export interface EnsureDbOptions extends CallOptions, ServerOptions {}

/**
 * Creates the database if it is missing. Throws `ConfigurationError`, `PostgresUnreachable`, `Refused`, `EmbeddedUnavailable`,
 * `Interrupted`.
 */
export function ensureDb(options: EnsureDbOptions): Promise<'existed' | 'created'> {
  return call(options, {
    settle: (reader) => settleServer(reader, 60_000),
    work: async (config, hooks) => (await import('./work/ensure-db.js')).ensureDb(config, hooks),
  });
}
