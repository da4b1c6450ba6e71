import type { EmbeddedPostgres } from '../core/embedded.js';
import type { DataState } from './inspect.js';
import type { Setup } from './setup.js';

/** The handle of a server that another pgm runs; null while it does not take connections (yet, or any more). */
export function attach(
  { emit }: Setup,
  directory: string,
  { status, port, major }: Extract<DataState, { kind: 'served' }>,
): EmbeddedPostgres | null {
  if (status !== 'ready' || port === null) return null;
  emit({ kind: 'attached', directory, port });
  return {
    host: '127.0.0.1',
    port,
    version: major,
    directory,
    kept: true,
    attached: true,
    stop: () => Promise.resolve(),
  };
}
