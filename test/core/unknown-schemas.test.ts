import { expect, test } from 'vitest';
import { buildSnapshot } from '../../src/core/files/snapshot.js';
import { warnOfUnknownSchemas } from '../../src/core/unknown-schemas.js';

function warningsOn(paths: readonly string[], schemas: readonly string[]): readonly string[] {
  const entries = paths.map((path) => ({
    kind: 'file' as const,
    path,
    bytes: Buffer.from('select 1'),
  }));
  const options = { schemas, reserved: [], generation: null, swappedAt: null };
  return warnOfUnknownSchemas(buildSnapshot(entries, options), schemas).warnings;
}

const paths = ['gcp/1_a.sql', 'aws/1_a.sql'];

test('a wanted schema without files is a warning, with the schema that was probably meant', () => {
  expect(warningsOn(paths, ['aws', 'gpc', 'oracle'])).toEqual([
    '--schemas names gpc, and there is no file of that schema; did you mean gcp?',
    '--schemas names oracle, and there is no file of that schema; there are aws, gcp',
  ]);
});

test('wanted schemas with files are not warned of, nor is anything while the source is empty', () => {
  expect(warningsOn(paths, ['aws', 'gcp'])).toEqual([]);
  expect(warningsOn([], ['gcp'])).toEqual([]);
});
