import type { Snapshot, SourceEntry } from '../../../src/core/files/migration.js';
import { buildSnapshot, type SnapshotOptions } from '../../../src/core/files/snapshot.js';

/** What a source would have found under each path. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

export function entriesOf(files: Files): SourceEntry[] {
  return Object.entries(files).map(([path, content]) => ({
    kind: 'file',
    path,
    bytes: typeof content === 'string' ? Buffer.from(content) : content,
  }));
}

export function snapshotOf(files: Files, options: Partial<SnapshotOptions> = {}): Snapshot {
  return buildSnapshot(entriesOf(files), {
    schemas: null,
    reserved: ['pgm'],
    generation: null,
    swappedAt: null,
    ...options,
  });
}
