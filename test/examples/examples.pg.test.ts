import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

/** As a reader runs them in a clone: npm ci && npm test. They start the PostgreSQL of their tests themselves. */
const examples = join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), 'examples');
const names = readdirSync(examples).filter((name) =>
  existsSync(join(examples, name, 'package.json')),
);

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
}

test('there is an example for each runner, and each has a lock file that names no registry', () => {
  const wanted = [
    'docker-compose',
    'fastify',
    'github-actions',
    'jest',
    'node-test',
    'playwright',
    'vitest',
  ];
  expect(names).toEqual(wanted);
  for (const name of names) {
    const lock = readFileSync(join(examples, name, 'package-lock.json'), 'utf8');
    expect(lock).toContain('"resolved": "../.."');
    expect(lock).not.toMatch(/"resolved": "(?!\.\.\/\.\.")/);
  }
});

test('the workflow runs scripts that its package has', () => {
  const directory = join(examples, 'github-actions');
  const workflow = parse(readFileSync(join(directory, '.github/workflows/test.yml'), 'utf8')) as {
    readonly jobs: { readonly test: { readonly steps: readonly { readonly run?: string }[] } };
  };
  const commands = workflow.jobs.test.steps.flatMap(({ run }) => run ?? []);
  expect(commands).toEqual(['npm ci', 'npm test']);
  const { scripts } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as Manifest;
  expect(scripts).toHaveProperty('test');
});

/** npm's cache has what an earlier one has brought. */
const quick = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error'];

test.each(names)('npm ci && npm test is green in examples/%s', async (name) => {
  // What this runner sets is not for theirs.
  const others = Object.entries(process.env).filter(
    ([key]) => !/^(?:VITEST|NODE_OPTIONS)/.test(key),
  );
  const env = Object.fromEntries(others);
  const run = (words: readonly string[]) =>
    promisify(execFile)('npm', words, { cwd: join(examples, name), env }).catch(
      (error: unknown) => {
        const { stdout, stderr } = error as { readonly stdout: string; readonly stderr: string };
        throw new Error(`npm ${words.join(' ')}\n${stdout}\n${stderr}`, { cause: error });
      },
    );
  await run(['ci', ...quick]);
  await run(['test']);
});
