import { fullAt, sizeOfEntry } from '../../../core/configmap/configmap.js';
import type { SourceRule } from '../../known/rule.js';

export const sourceOverConfigmapSize: SourceRule<'source-over-configmap-size'> = {
  name: 'source-over-configmap-size',
  family: 'order',
  severity: 'warning',
  summary: 'the files together are larger than a ConfigMap may be (1 MiB)',
  why: 'The API server refuses a ConfigMap of more than 1 MiB: kubectl apply fails, and the pods keep the old map. A deployment that mounts a single map by its name does not see the files in a second one.',
  instead:
    'let pgm configmap split the files over several maps, and mount these as one directory, as its output shows',
  examples: {
    bad: [
      {
        paths: ['public/001_rows.sql', 'public/002_more_rows.sql'],
        statement: 'INSERT INTO seed VALUES (1, 2, 3) ON CONFLICT DO NOTHING;',
        times: 10_000,
      },
    ],
    good: [
      {
        paths: ['public/001_rows.sql', 'public/002_more_rows.sql'],
        statement: 'INSERT INTO seed VALUES (1, 2, 3) ON CONFLICT DO NOTHING;',
        times: 8_000,
      },
    ],
  },
  looksAt: 'source',
  check: ({ files }) => {
    const sizes = files.map(({ schema, filename, bytes }) =>
      sizeOfEntry(`${schema}_${filename}`, bytes),
    );
    const all = sizes.reduce((sum, size) => sum + size, 0);
    // A single file that is too large has its own finding.
    if (all <= fullAt || sizes.some((size) => size > fullAt)) return [];
    const message = `the files take ${all} bytes, and one ConfigMap can hold ${fullAt}`;
    return [{ key: null, at: null, message }];
  },
};
