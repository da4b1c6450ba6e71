import { expect, test } from 'vitest';
import { formatted } from '../../../../src/cli/render/words/findings/lint-formats.js';
import { rules } from '../../../../src/lint/rules/list.js';
import { findingsOf, lintOf } from '../../../support/lint.js';

const dangerous = `
CREATE ROLE one PASSWORD 'geheim';
ALTER USER two PASSWORD E'geheim';
DO $$ BEGIN
  CREATE ROLE three PASSWORD 'geheim';
  EXECUTE 'CREATE ROLE four PASSWORD ''geheim''';
END $$;`;

test('a password is found at its place, also where a block runs it', async () => {
  const found = await findingsOf(dangerous);
  expect(found.filter((line) => line.endsWith(' password-in-file'))).toEqual([
    'public/001_example.sql:2:17 password-in-file',
    'public/001_example.sql:3:16 password-in-file',
    'public/001_example.sql:5:21 password-in-file',
    'public/001_example.sql:6:11 password-in-file',
  ]);
});

test.each(['text', 'json', 'sarif', 'github', 'gitlab', 'junit'] as const)(
  'as %s no password is shown',
  async (format) => {
    const text = await formatted(await lintOf(dangerous), format, {
      directory: '.',
      rules: Object.values(rules),
      version: '1.2.3',
      color: false,
      all: true,
    });
    expect(text).toContain('password-in-file');
    expect(text).not.toContain('geheim');
  },
);
