import type { Snapshot } from '../core/files/migration.js';
import { markOf, readSource, type SourceOptions } from './compose.js';

interface Known {
  readonly mark: string;
  readonly snapshot: Snapshot;
}

/** What was read from each source. */
const known = new Map<string, Known>();

/** The snapshot of a source, which is read again only if something in it has changed. Throws `SourceMissing`. */
export async function currentSnapshot(source: SourceOptions): Promise<Snapshot> {
  const key = JSON.stringify([source.directory, source.schemas, source.historySchema]);
  const mark = await markOf(source.directory);
  const before = known.get(key);
  if (mark !== null && before?.mark === mark) return before.snapshot;
  const snapshot = await readSource(source);
  // Taken before reading: a change in between gives another mark.
  if (mark === null) known.delete(key);
  else known.set(key, { mark, snapshot });
  return snapshot;
}
