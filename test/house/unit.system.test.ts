import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { root, waysTo } from './runtime-imports.js';

/** What starts processes, threads or browsers, opens sockets, or writes and watches trees of files. */
const impure = new Set([
  'node:child_process',
  'node:dgram',
  'node:http',
  'node:https',
  'node:net',
  'node:tls',
  'node:worker_threads',
  'chokidar',
  'playwright-core',
  'postgres',
  'test/support/kubelet.ts',
  'test/support/tree.ts',
]);

/** Only calls functions that decide, of files in which there are others too. */
const allowed: Readonly<Record<string, readonly string[]>> = {
  'test/embedded/decisions.test.ts': ['node:child_process'],
};

const unitTests = readdirSync(`${root}test`, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.test.ts') && !/\.(?:pg|system|alone)\.test/.test(path))
  .map((path) => `test/${path}`);

test('the unit project has tests', () => {
  expect(unitTests.length).toBeGreaterThan(50);
  expect(unitTests).toContain('test/core/run/plan.test.ts');
});

test.each(unitTests)('%s starts no process, opens no socket and writes no tree', (path) => {
  const ways = waysTo(impure, path).filter(
    (way) => !(allowed[path] ?? []).includes(way.at(-1) ?? ''),
  );
  expect(ways.map((way) => way.join(' → '))).toEqual([]);
});

describe('an impure import is found', () => {
  const files: Readonly<Record<string, string>> = {
    'test/a.test.ts':
      "import { b } from './support/b.js';\nimport type { Server } from 'node:http';",
    'test/support/b.ts': "import { spawn } from 'child_process';\nexport * from '../c.js';",
    'test/c.ts': "import { connect, type Socket } from 'node:net';\nawait import('chokidar');",
    'test/d.test.ts': "import { type Server } from 'node:net';\nawait import('playwright-core');",
  };
  const found = (start: string): readonly string[] =>
    waysTo(impure, start, (path) => files[path] ?? null).map((way) => way.slice(1).join(' → '));

  test('through other files, not for its types and not where nobody loads it', () => {
    expect(found('test/a.test.ts')).toEqual([
      'test/support/b.ts → node:child_process',
      'test/support/b.ts → test/c.ts → node:net',
    ]);
  });

  test('at run time in the test itself', () => {
    expect(found('test/d.test.ts')).toEqual(['playwright-core']);
  });
});
