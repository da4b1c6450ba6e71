import { expect, test } from 'vitest';
import { treeOf } from '../../../src/core/configmap/configmap-tree.js';
import { buildSnapshot } from '../../../src/core/files/snapshot.js';
import type { SourceEntry } from '../../../src/core/files/migration.js';

const bytes = Buffer.from('select 1;');
const snapshot = (...entries: SourceEntry[]) =>
  buildSnapshot(entries, { schemas: null, reserved: [], generation: null, swappedAt: null });

test('a file that could not be read is what the tree lacks', () => {
  const reason = 'it cannot be read: EACCES';
  const source = snapshot(
    { kind: 'file', path: 'gcp_001_x.sql', bytes },
    { kind: 'refused', path: 'gcp_002_x.sql', reason },
  );
  const { wanted, lacks } = treeOf(source, new Map([['gcp_001_x.sql', bytes]]));
  expect([...wanted.keys()]).toEqual(['gcp/001_x.sql']);
  expect(lacks).toMatchObject([{ path: 'gcp_002_x.sql', reason }]);
});

test('a refused file with a content goes along, and the tree lacks nothing', () => {
  const bad = Buffer.from([0x73, 0xff]);
  const source = snapshot({ kind: 'file', path: 'gcp_001_x.sql', bytes: bad });
  const { wanted, lacks } = treeOf(source, new Map([['gcp_001_x.sql', bad]]));
  expect([...wanted]).toEqual([['gcp/001_x.sql', bad]]);
  expect(lacks).toEqual([]);
});
