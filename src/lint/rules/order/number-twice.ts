import { compareNumbers } from '../../../core/files/order.js';
import type { SourceRule } from '../../known/rule.js';

export const numberTwice: SourceRule<'number-twice'> = {
  name: 'number-twice',
  family: 'order',
  severity: 'warning',
  summary: 'two files of a schema have the same number',
  why: 'This happens when two branches take the next number at the same time. pgm applies the two in the order of the rest of their names, which nobody chose: on a new database that may differ from the order in which existing databases got them.',
  instead: 'give the later one the next number, as long as it is not applied anywhere',
  examples: {
    bad: [
      { 'public/001_a.sql': 'SELECT 1;', 'public/001_b.sql': 'SELECT 2;' },
      { 'public/01_a.sql': 'SELECT 1;', 'public/1_b.sql': 'SELECT 2;' },
    ],
    good: [
      { 'aws/001_a.sql': 'SELECT 1;', 'gcp/001_a.sql': 'SELECT 2;' },
      { 'public/001_a.sql': 'SELECT 1;', 'public/002_b.sql': 'SELECT 2;' },
    ],
  },
  looksAt: 'source',
  check: ({ files }) =>
    files.slice(1).flatMap((file, at) => {
      const before = files[at] ?? file;
      const isSame =
        before.schema === file.schema && compareNumbers(before.number, file.number) === 0;
      // If both are in place, renaming one would make it another file.
      if (!isSame || (!file.isDue && !before.isDue)) return [];
      const message = `it has the number of ${before.key}, and runs after it because of the rest of its name`;
      return [{ key: file.key, at: null, message }];
    }),
};
