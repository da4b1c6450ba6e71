import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { commandLines, page, root, section, userPages, yamlIn } from './pages.js';

/** What is wrong with it as YAML: syntax, and keys that stand there twice. */
function mistakesIn(block: string): readonly string[] {
  const documents = [...parseAllDocuments(block, { strict: true, uniqueKeys: true })];
  return documents.flatMap(({ errors, warnings }) =>
    [...errors, ...warnings].map(({ message }) => message),
  );
}

const pages = userPages.filter((path) => yamlIn(page(path)).length > 0);

test.each(pages)('the YAML in %s is YAML', (path) => {
  expect(yamlIn(page(path)).flatMap(mistakesIn)).toEqual([]);
});

test('a wrong indentation, an open quote and a key that stands there twice are mistakes', () => {
  const blocks = ['a:\n  b: 1\n c: 2\n', "a: 'b\n", 'a: 1\na: 2\n'];
  for (const block of blocks) expect(mistakesIn(block)).not.toEqual([]);
  const text = '- in a list\n\n  ```yaml\n  a:\n    b: 1\n  ```\n';
  expect(yamlIn(text)).toEqual(['a:\n  b: 1\n']);
});

interface Job {
  readonly services: unknown;
  readonly env: Variables;
  readonly steps: readonly { readonly run?: string }[];
}

type Variables = Readonly<Record<string, string>>;

const version = (JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { version: string })
  .version;
const migrate = `npx --yes -p postgres-manager@${version} pgm migrate --dir migrations`;

describe('the examples for CI', () => {
  const example = (heading: string): unknown => {
    const [block = ''] = yamlIn(section(page('docs/ci.md'), heading));
    return parseAllDocuments(block).map((document) => document.toJS() as unknown)[0];
  };

  test('of GitHub Actions apply the files with this version before the tests, on the server that is there', () => {
    const { jobs } = example('## GitHub Actions') as { readonly jobs: { readonly tests: Job } };
    const { services, env, steps } = jobs.tests;
    expect(steps.flatMap(({ run }) => run ?? [])).toEqual([migrate, 'npm ci', 'npm test']);
    const { postgres } = services as { readonly postgres: { env: Variables; ports: string[] } };
    expect(postgres.ports).toEqual(['5432:5432']);
    expect(env['DATABASE_URL']).toBe(urlOf(postgres.env, 'localhost'));
  });

  test('of GitLab CI do the same, with the name of the service as host', () => {
    const { tests } = example('## GitLab CI') as {
      readonly tests: {
        readonly services: readonly { readonly alias: string }[];
        readonly variables: Variables;
        readonly script: readonly string[];
      };
    };
    expect(tests.script).toEqual([migrate, 'npm ci', 'npm test']);
    const host = tests.services[0]?.alias ?? '';
    expect(tests.variables['DATABASE_URL']).toBe(urlOf(tests.variables, host));
  });

  test('have command lines that are read like those in blocks for a shell', () => {
    const lines = commandLines(page('docs/ci.md'));
    expect(lines.filter((line) => line === 'pgm migrate --dir migrations')).toHaveLength(2);
  });
});

/** The URL of what the PostgreSQL image makes of its variables. */
function urlOf(variables: Variables, host: string): string {
  const { POSTGRES_USER: user, POSTGRES_PASSWORD: password, POSTGRES_DB: name } = variables;
  return `postgresql://${user!}:${password!}@${host}:5432/${name!}`;
}
