import { fullAt, sizeOfEntry } from '../../../core/configmap/configmap.js';
import type { SourceRule } from '../../known/rule.js';

export const fileOverConfigmapSize: SourceRule<'file-over-configmap-size'> = {
  name: 'file-over-configmap-size',
  family: 'order',
  severity: 'warning',
  summary: 'the file is larger than a ConfigMap may be (1 MiB)',
  why: 'The API server refuses a ConfigMap of more than 1 MiB, and a key cannot be spread over several. kubectl apply then fails, and the pods keep the old map. pgm leaves 16 KiB of it free for labels and annotations.',
  instead: 'split it into several files, or load the rows from elsewhere',
  examples: {
    bad: [
      {
        paths: ['public/001_rows.sql'],
        statement: 'INSERT INTO seed VALUES (1, 2, 3) ON CONFLICT DO NOTHING;',
        times: 20_000,
      },
    ],
    good: [
      {
        paths: ['public/001_rows.sql', 'public/002_more_rows.sql'],
        statement: 'INSERT INTO seed VALUES (1, 2, 3) ON CONFLICT DO NOTHING;',
        times: 10_000,
      },
    ],
  },
  looksAt: 'source',
  check: ({ files }) =>
    files.flatMap(({ key, schema, filename, bytes }) => {
      const size = sizeOfEntry(`${schema}_${filename}`, bytes);
      if (size <= fullAt) return [];
      const message = `it takes ${size} bytes of a ConfigMap, which can hold ${fullAt}`;
      return [{ key, at: null, message }];
    }),
};
