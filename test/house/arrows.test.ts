import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Linter } from 'eslint';
import { parser } from 'typescript-eslint';
import { describe, expect, test } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
const arrows = createRequire(import.meta.url)('../../scripts/arrows.cjs') as Linter.Config[];
const linter = new Linter({ configType: 'flat', cwd: root });
const config: Linter.Config[] = [{ files: ['**/*.ts'], languageOptions: { parser } }, ...arrows];

/** The rules that a file of the house with this content breaks. */
function brokenRules(filename: string, code: string): readonly (string | null)[] {
  const messages = linter.verify(code, config, { filename });
  const fatal = messages.find((message) => message.fatal);
  if (fatal !== undefined) throw new Error(`${filename}: ${fatal.message}`);
  return messages.map(({ ruleId }) => ruleId);
}

/** All ways in which one file can lean on another. */
const ways: readonly (readonly [string, (from: string) => string])[] = [
  ['a static import', (from) => `import { x } from '${from}';\nexport const y = x;`],
  ['an import for its effects', (from) => `import '${from}';`],
  ['a type import', (from) => `import type { X } from '${from}';\nexport type Y = X;`],
  ['a re-export', (from) => `export { x } from '${from}';`],
  ['a re-export of all', (from) => `export * from '${from}';`],
  ['a dynamic import', (from) => `export const x = async () => import('${from}');`],
  ['an imported type', (from) => `export type X = import('${from}').X;`],
];

/** From which file, what it may not see. */
const forbidden: readonly (readonly [string, string])[] = [
  ['src/core/plan.ts', '../operations/watch.js'],
  ['src/core/plan.ts', '../db/client.js'],
  ['src/core/plan.ts', '../sql/lexer.js'],
  ['src/core/plan.ts', '../source/read-source.js'],
  ['src/core/plan.ts', '../http/health-server.js'],
  ['src/core/plan.ts', '../embedded/start.js'],
  ['src/core/plan.ts', '../kubernetes/configmap.js'],
  ['src/core/plan.ts', '../cli/main.js'],
  ['src/core/plan.ts', 'node:fs'],
  ['src/core/plan.ts', 'node:fs/promises'],
  ['src/core/plan.ts', 'fs'],
  ['src/core/plan.ts', 'postgres'],
  ['src/operations/watch.ts', '../db/database.js'],
  ['src/operations/watch.ts', '../source/watch-source.js'],
  ['src/operations/watch.ts', '../cli/stop.js'],
  ['src/operations/watch.ts', 'node:timers/promises'],
  ['src/db/client.ts', '../operations/run-once.js'],
  ['src/db/client.ts', '../sql/lexer.js'],
  ['src/db/client.ts', '../cli/version.js'],
  ['src/sql/lexer.ts', '../db/client.js'],
  ['src/sql/lexer.ts', 'postgres'],
  ['src/source/mount.ts', '../http/health-server.js'],
  ['src/source/mount.ts', 'node:child_process'],
  ['src/http/answer.ts', '../operations/health-check.js'],
  ['src/http/answer.ts', 'node:fs'],
  ['src/embedded/start.ts', '../db/client.js'],
  ['src/kubernetes/configmap.ts', '../source/mount.js'],
  ['src/cli/main.ts', '../db/database.js'],
  ['src/cli/commands/watch.ts', '../../db/database.js'],
  ['src/cli/commands/watch.ts', '../../source/watch-source.js'],
  ['src/cli/commands/watch.ts', 'postgres'],
  ['src/cli/compose.ts', 'postgres'],
];

describe.each(forbidden)('%s may not see %s', (filename, from) => {
  test.each(ways)('by %s', (_way, write) => {
    expect(brokenRules(filename, write(from))).not.toEqual([]);
  });
});

const allowed: readonly (readonly [string, string])[] = [
  ['src/core/plan.ts', './compare.js'],
  ['src/operations/watch.ts', '../core/reconcile.js'],
  ['src/operations/watch.ts', './run-once.js'],
  ['src/db/client.ts', '../core/ports.js'],
  ['src/db/client.ts', 'postgres'],
  ['src/sql/grammar.ts', 'libpg-query'],
  ['src/source/watch-source.ts', 'chokidar'],
  ['src/source/read-file.ts', 'node:fs'],
  ['src/http/health-server.ts', 'node:http'],
  ['src/embedded/start.ts', 'node:child_process'],
  ['src/kubernetes/configmap.ts', '../core/names.js'],
  ['src/cli/program.ts', 'commander'],
  ['src/cli/commands/watch.ts', '../../operations/watch.js'],
  ['src/cli/commands/watch.ts', '../../core/errors.js'],
  ['src/cli/commands/watch.ts', '../compose.js'],
  ['src/cli/commands/watch.ts', './migrate.js'],
  ['src/cli/compose.ts', '../db/database.js'],
  ['src/cli/compose.ts', '../source/read-source.js'],
  ['src/index.ts', './db/database.js'],
  ['test/core/plan.test.ts', '../../src/db/client.js'],
];

describe.each(allowed)('%s may see %s', (filename, from) => {
  test.each(ways)('by %s', (_way, write) => {
    expect(brokenRules(filename, write(from))).toEqual([]);
  });
});

describe('there is no way round the arrows', () => {
  test.each([
    ['through the directory above', '../../src/db/client.js'],
    ['through the public library', '../index.js'],
    ['through the built files', '../../dist/db/client.js'],
    ['through the packages', '../../node_modules/postgres/src/index.js'],
    ['through the room itself', './../core/../db/client.js'],
    ['through a neighbour', '../operations/../db/client.js'],
    ['by an absolute path', '/app/src/db/client.js'],
    ['by a file of a package', 'postgres/src/connection.js'],
    ['by a URL', 'file:///app/src/db/client.js'],
  ])('%s', (_way, from) => {
    for (const [, write] of ways) {
      expect(brokenRules('src/core/plan.ts', write(from))).not.toEqual([]);
    }
  });

  test.each([
    ['a template', 'export const x = async () => import(`../db/client.js`);'],
    ['a variable', "const from = '../db/client.js';\nexport const x = async () => import(from);"],
  ])('by importing %s', (_what, code) => {
    expect(brokenRules('src/core/plan.ts', code)).toEqual(['no-restricted-syntax']);
  });

  test('every directory of src is a room with rules of its own', () => {
    const rooms = readdirSync(`${root}/src`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(rooms).toContain('core');
    for (const room of rooms) {
      expect(brokenRules(`src/${room}/x.ts`, "import 'a-package-of-nobody';")).toEqual([
        'no-restricted-imports',
      ]);
    }
  });
});

describe('core is pure', () => {
  const impure: readonly (readonly [string, string])[] = [
    ['process', 'export const x = process.env;'],
    ['console', "console.log('x');"],
    ['globalThis', 'export const x = globalThis.process;'],
    ['Date', 'export const x = Date.now();'],
    ['new Date', 'export const x = new Date();'],
    ['performance', 'export const x = performance.now();'],
    ['Math.random', 'export const x = Math.random();'],
    ["Math['random']", "export const x = Math['random']();"],
    ['destructured Math.random', 'export const { random } = Math;'],
    ['crypto', 'export const x = crypto.randomUUID();'],
    ['randomUUID', "import { randomUUID } from 'node:crypto';\nexport const x = randomUUID();"],
    ['all of node:crypto', "import * as all from 'node:crypto';\nexport const x = all;"],
    ['setTimeout', 'setTimeout(() => undefined, 1);'],
    ['setInterval', 'setInterval(() => undefined, 1);'],
    ['setImmediate', 'setImmediate(() => undefined);'],
    ['AbortSignal.timeout', 'export const x = AbortSignal.timeout(1);'],
    ['fetch', "export const x = fetch('http://localhost');"],
    ['localeCompare', "export const x = 'a'.localeCompare('b');"],
    ['Intl', 'export const x = new Intl.Collator();'],
  ];

  test.each(impure)('%s is reported in core and in operations', (_what, code) => {
    expect(brokenRules('src/core/plan.ts', code)).not.toEqual([]);
    expect(brokenRules('src/operations/watch.ts', code)).not.toEqual([]);
  });

  test.each([
    ['a hash', "import { createHash } from 'node:crypto';\nexport const x = createHash('sha256');"],
    ['a rounded number', 'export const x = Math.round(1.5);'],
    ['an AbortController', 'export const x = new AbortController();'],
  ])('%s is not', (_what, code) => {
    expect(brokenRules('src/core/plan.ts', code)).toEqual([]);
  });
});

describe('only the cli touches the process', () => {
  test.each(['db', 'sql', 'source', 'http', 'embedded', 'kubernetes'])(
    'process and console are reported in %s',
    (room) => {
      expect(brokenRules(`src/${room}/x.ts`, 'export const x = process.env;')).not.toEqual([]);
      expect(brokenRules(`src/${room}/x.ts`, "console.log('x');")).not.toEqual([]);
    },
  );

  test('neither is reported in the cli, nor is the time in an adapter', () => {
    expect(brokenRules('src/cli/main.ts', 'export const x = process.env;')).toEqual([]);
    expect(brokenRules('src/db/client.ts', 'export const x = Date.now();')).toEqual([]);
  });
});
