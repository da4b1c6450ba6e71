import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import type { LintReport } from '../../src/core/lint/lint-report.js';
import { formatted, type LintFormat } from '../../src/cli/render/words/findings/lint-formats.js';
import { rules } from '../../src/lint/rules/list.js';
import { lintOf } from '../support/lint.js';

const files = {
  'a/1_a.sql': 'SELECT \'geheim\';\nDROP TABLE IF EXISTS "ü & <b>";\nCREATE SCHEMA s;',
  'a/2_b.sql': '-- pgm:ignore drop-table because it is empty\nDROP TABLE IF EXISTS t;',
  'a/3_c.sql': 'SELECT 1;\nSELECT a b c;',
  'a/5_e.sql': 'DROP TABLE IF EXISTS t;\nDROP TABLE IF EXISTS t;\nROLLBACK;',
};

async function shown(format: LintFormat, report?: LintReport): Promise<string> {
  return formatted(report ?? (await lintOf(files)), format, {
    directory: './my files',
    rules: Object.values(rules),
    version: '1.2.3',
    color: false,
    all: true,
  });
}

/** What is wrong with it. A schema of draft 4, as that of SARIF is, differs in these two words only as far as it is used. */
function violations(schema: unknown, document: unknown): unknown {
  const words = Object.entries(schema as object).filter(
    ([word]) => !['id', '$schema'].includes(word),
  );
  const ajv = new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false });
  return ajv.validate(Object.fromEntries(words), document) ? [] : ajv.errors;
}

function readSchema(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

test('the JSON is as its schema says, and so is that of no findings', async () => {
  const schema = readSchema(new URL('../../docs/lint.schema.json', import.meta.url).pathname);
  for (const text of [await shown('json'), await shown('json', await lintOf({}))]) {
    expect(violations(schema, JSON.parse(text))).toEqual([]);
  }
  expect(violations(schema, { revision: 1 })).not.toEqual([]);
});

describe('SARIF', () => {
  const path = createRequire(import.meta.url).resolve(
    '@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json',
  );

  test('is as the schema of 2.1.0 says', async () => {
    const document = JSON.parse(await shown('sarif')) as { runs: { results: object[] }[] };
    expect(violations(readSchema(path), document)).toEqual([]);
    expect(document.runs[0]?.results).toHaveLength(8);
    expect(violations(readSchema(path), { version: '2.1.0', runs: [{}] })).not.toEqual([]);
  });

  test('has the rules, and what is taken back with its reason', async () => {
    const { runs } = JSON.parse(await shown('sarif')) as {
      runs: { results: Record<string, unknown>[]; tool: { driver: { rules: object[] } } }[];
    };
    expect(runs[0]?.tool.driver.rules).toHaveLength(Object.keys(rules).length);
    expect(runs[0]?.results.filter(({ suppressions }) => suppressions !== undefined)).toEqual([
      expect.objectContaining({
        ruleId: 'drop-table',
        suppressions: [{ kind: 'inSource', justification: 'it is empty' }],
        locations: [
          {
            physicalLocation: {
              artifactLocation: { uri: 'my%20files/a/2_b.sql' },
              region: { startLine: 2, startColumn: 1 },
            },
          },
        ],
      }),
    ]);
  });
});

test('the code quality of GitLab has what it asks for, each with a fingerprint of its own', async () => {
  const found = JSON.parse(await shown('gitlab')) as Record<string, unknown>[];
  expect(found).toHaveLength(7);
  expect(new Set(found.map(({ fingerprint }) => fingerprint)).size).toBe(7);
  expect(found).toContainEqual({
    description: expect.stringContaining('DROP TABLE loses every row') as string,
    check_name: 'drop-table',
    fingerprint: expect.stringMatching(/^[0-9a-f]{40}$/) as string,
    severity: 'minor',
    location: { path: 'my files/a/1_a.sql', lines: { begin: 2 } },
  });
});

test('a fingerprint for GitLab stays when lines are put in before it', async () => {
  const prints = async (sql: string): Promise<unknown> => {
    const found = JSON.parse(await shown('gitlab', await lintOf(sql))) as { fingerprint: string }[];
    return found.map(({ fingerprint }) => fingerprint);
  };
  expect(await prints('SELECT 1;\n\nDROP TABLE IF EXISTS t;')).toEqual(
    await prints('DROP TABLE IF EXISTS t;'),
  );
});

test('JUnit has a case a file, which fails on an error', async () => {
  const text = await shown('junit');
  expect(text).toContain('<testsuite name="pgm lint" tests="4" failures="2"');
  expect(text).toContain('ü &amp; &lt;b&gt;');
});

test('GitHub gets a command a finding', async () => {
  const lines = (await shown('github')).trimEnd().split('\n');
  expect(lines).toHaveLength(7);
  expect(lines).toContainEqual(
    expect.stringMatching(
      /^::warning file=my files\/a\/1_a\.sql,line=2,col=1,title=pgm lint%3A drop-table::/,
    ),
  );
});

test.each(['text', 'json', 'sarif', 'gitlab', 'junit', 'github'] as const)(
  'no literal is in %s',
  async (format) => {
    expect(await shown(format)).not.toContain('geheim');
  },
);
