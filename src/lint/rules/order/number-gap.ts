import type { SourceFile } from '../../../core/lint/linted-file.js';
import type { FoundInSource, SourceRule } from '../../known/rule.js';

export const numberGap: SourceRule<'number-gap'> = {
  name: 'number-gap',
  family: 'order',
  severity: 'warning',
  summary: 'a number is missing in a schema whose files are numbered one by one',
  why: 'Otherwise nobody notices that a file was left out of the ConfigMap, or merged under another number: the files after it run without it. If it is added later, it runs after the others on existing databases, but before them on a new one.',
  instead:
    'add the file that is missing, or give the others their numbers before they are applied anywhere',
  examples: {
    bad: [
      {
        'public/001_a.sql': 'SELECT 1;',
        'public/002_b.sql': 'SELECT 1;',
        'public/003_c.sql': 'SELECT 1;',
        'public/005_e.sql': 'SELECT 1;',
      },
    ],
    good: [
      {
        'public/010_a.sql': 'SELECT 1;',
        'public/020_b.sql': 'SELECT 1;',
        'public/040_d.sql': 'SELECT 1;',
      },
      {
        'public/20250101_a.sql': 'SELECT 1;',
        'public/20250102_b.sql': 'SELECT 1;',
        'public/20250301_c.sql': 'SELECT 1;',
      },
      {
        'public/001_a.sql': 'SELECT 1;',
        'public/002_b.sql': 'SELECT 1;',
        'public/003_c.sql': 'SELECT 1;',
        'public/004_d.sql': 'SELECT 1;',
      },
    ],
  },
  looksAt: 'source',
  check: ({ files }) => {
    const schemas = [...new Set(files.map(({ schema }) => schema))];
    return schemas.flatMap((schema) => gapsIn(files.filter((file) => file.schema === schema)));
  },
};

/** Numbers that are times, or leave gaps on purpose, cannot miss any. */
function gapsIn(files: readonly SourceFile[]): readonly FoundInSource[] {
  const steps = files.slice(1).map((file, at) => {
    const before = files[at] ?? file;
    return { file, before, step: Number(file.number) - Number(before.number) };
  });
  const single = steps.filter(({ step }) => step === 1).length;
  const gaps = steps.filter(({ step }) => step > 1);
  if (single < 2 || gaps.length * 3 > single * 2) return [];
  return gaps.map(({ file, before, step }) => {
    const missing =
      step === 2 ? 'the number between them is' : `${step - 1} numbers between them are`;
    return { key: file.key, at: null, message: `it comes after ${before.key}: ${missing} missing` };
  });
}
