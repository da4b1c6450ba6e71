import { compareBytes } from '../../../core/files/order.js';
import type { SourceFile } from '../../../core/lint/linted-file.js';
import type { FoundInSource, SourceRule } from '../../known/rule.js';
import { groupedBy } from '../../../core/text/grouped-by.js';

export const byteOrderDiffers: SourceRule<'byte-order-differs'> = {
  name: 'byte-order-differs',
  family: 'order',
  severity: 'warning',
  summary: 'files of a schema are applied in another order than that of their sorted names',
  why: 'pgm orders by the number as a number: 2 comes before 10. A listing of the folder, of the keys of a ConfigMap, a shell loop and most other tools order by the bytes of the names, where 10 comes before 2. Anyone who reads the files that way, or feeds them to psql, has another order than the one that is tested.',
  instead:
    'write all numbers with the same number of digits, as long as the files are not applied anywhere',
  examples: {
    bad: [
      { 'public/2_b.sql': 'SELECT 1;', 'public/10_a.sql': 'SELECT 2;' },
      {
        'public/0002_b.sql': 'SELECT 1;',
        'public/003_c.sql': 'SELECT 1;',
        'public/01_a.sql': 'SELECT 2;',
      },
    ],
    good: [
      { 'public/1_a.sql': 'SELECT 1;', 'public/2_b.sql': 'SELECT 2;' },
      { 'aws/9_a.sql': 'SELECT 1;', 'gcp/10_a.sql': 'SELECT 2;' },
      { 'public/02_b.sql': 'SELECT 1;', 'public/10_a.sql': 'SELECT 2;' },
    ],
  },
  looksAt: 'source',
  check: ({ files }) => [...groupedBy(files, ({ schema }) => schema).values()].flatMap(firstIn),
};

/** Only the first of a schema: one cause leads to many of them. */
function firstIn(files: readonly SourceFile[]): readonly FoundInSource[] {
  const at = files.findIndex(
    ({ filename }, index) => compareBytes(filename, files[index - 1]?.filename ?? '') < 0,
  );
  const [file, before] = [files[at], files[at - 1]];
  if (file === undefined || before === undefined) return [];
  const message = `it is applied after ${before.key}, and its name sorts before it`;
  return [{ key: file.key, at: null, message }];
}
