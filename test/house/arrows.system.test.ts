import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Linter } from 'eslint';
import { parser } from 'typescript-eslint';
import { describe, expect, test } from 'vitest';
import { crossed } from '../support/sweep.js';

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

/** From which file, what it may not see; after the rooms, the rooms within them. */
const forbidden: readonly (readonly [string, string])[] = [
  ['src/core/run/plan.ts', '../../operations/watch/watch.js'],
  ['src/core/run/plan.ts', '../../db/wire/client.js'],
  ['src/core/run/plan.ts', '../../sql/lex/lexer.js'],
  ['src/core/run/plan.ts', '../../source/read-source.js'],
  ['src/core/run/plan.ts', '../../http/health-server.js'],
  ['src/core/run/plan.ts', '../../embedded/start.js'],
  ['src/core/run/plan.ts', '../../kubernetes/scan-target.js'],
  ['src/core/run/plan.ts', '../../cli/main.js'],
  ['src/core/run/plan.ts', 'node:fs'],
  ['src/core/run/plan.ts', 'node:fs/promises'],
  ['src/core/run/plan.ts', 'fs'],
  ['src/core/run/plan.ts', 'postgres'],
  ['src/operations/status.ts', '../db/database.js'],
  ['src/operations/status.ts', '../source/watch-source.js'],
  ['src/operations/status.ts', '../cli/process/stop.js'],
  ['src/operations/watch/watch.ts', 'node:timers/promises'],
  ['src/db/wire/client.ts', '../../operations/run/run-once.js'],
  ['src/operations/run/run-once.ts', '../watch/watch.js'],
  ['src/operations/run/run-once.ts', '../migrate.js'],
  ['src/operations/health/probed.ts', '../run/run-once.js'],
  ['src/db/wire/client.ts', '../../sql/lex/lexer.js'],
  ['src/db/wire/client.ts', '../../cli/process/version.js'],
  ['src/sql/lex/lexer.ts', '../../db/wire/client.js'],
  ['src/sql/lex/lexer.ts', 'postgres'],
  ['src/source/mount.ts', '../http/health-server.js'],
  ['src/source/mount.ts', 'node:child_process'],
  ['src/http/answer.ts', '../operations/health/health-check.js'],
  ['src/http/answer.ts', 'node:fs'],
  ['src/embedded/start.ts', '../db/wire/client.js'],
  ['src/kubernetes/scan-target.ts', '../source/mount.js'],
  ['src/cli/main.ts', '../db/database.js'],
  ['src/cli/commands/watch.ts', '../../db/database.js'],
  ['src/cli/commands/watch.ts', '../../source/watch-source.js'],
  ['src/cli/commands/watch.ts', 'postgres'],
  ['src/library/open/compose.ts', 'postgres'],
  ['src/library/work/status.ts', '../../db/database.js'],
  ['src/library/status.ts', '../cli/main.js'],
  ['src/library/open/compose.ts', '../work/status.js'],
  ['src/operations/status.ts', '../library/status.js'],
  ['src/core/text/words.ts', '../run/report.js'],
  ['src/core/text/words.ts', '../ports.js'],
  ['src/core/files/text.ts', '../text/words.js'],
  ['src/core/failure/mask/mask.ts', '../../statements/headers.js'],
  ['src/core/statements/headers.ts', '../run/plan.js'],
  ['src/core/run/plan.ts', '../events.js'],
  ['src/core/ports.ts', './watch/reconcile.js'],
  ['src/core/run/plan.ts', '../watch/reconcile.js'],
  ['src/core/run/plan.ts', '../connection/pgpass.js'],
  ['src/db/wire/client.ts', '../history/record.js'],
  ['src/db/wire/client.ts', '../database.js'],
  ['src/db/history/record.ts', '../backend/lock.js'],
  ['src/db/history/record.ts', 'postgres'],
  ['src/db/backend/lock.ts', '../history/record.js'],
  ['src/db/backend/lock.ts', 'postgres'],
  ['src/db/backend/lock.ts', 'node:net'],
  ['src/db/apply/attempt.ts', '../database.js'],
  ['src/db/apply/attempt.ts', 'postgres'],
  ['src/db/database.ts', 'postgres'],
  ['src/sql/lex/lexer.ts', '../split/inline.js'],
  ['src/sql/split/inline.ts', '../classify/classify.js'],
  ['src/sql/classify/classify.ts', '../read-sql.js'],
  ['src/embedded/process/guard.ts', '../data/inspect.js'],
  ['src/embedded/data/inspect.ts', '../start.js'],
  ['src/cli/commands/watch.ts', '../main.js'],
  ['src/cli/commands/watch.ts', '../program.js'],
  ['src/cli/process/stop.ts', '../commands/watch.js'],
  ['src/cli/render/words/sentence.ts', '../news/news.js'],
  ['src/cli/render/news/news.ts', '../reporters/reporter.js'],
  ['src/cli/render/words/sentence.ts', '../../commands/watch.js'],
  ['src/cli/config/table/option.ts', '../resolve.js'],
  ['src/library/connection/asked.ts', '../open/compose.js'],
];

/** Each of them leans on the other in every way in CI; elsewhere in one way, and their neighbours in the next. */
const leaning = (pairs: typeof forbidden) =>
  crossed(pairs, ways).map(
    ([[filename, from], [way, write]]) => [filename, from, way, write] as const,
  );

test.each(leaning(forbidden))('%s may not see %s by %s', (filename, from, _way, write) => {
  expect(brokenRules(filename, write(from))).not.toEqual([]);
});

const allowed: readonly (readonly [string, string])[] = [
  ['src/core/run/plan.ts', './compare.js'],
  ['src/operations/watch/watch.ts', '../../core/watch/reconcile.js'],
  ['src/operations/watch/watch.ts', '../run/run-once.js'],
  ['src/db/wire/client.ts', '../../core/ports.js'],
  ['src/db/wire/client.ts', 'postgres'],
  ['src/source/watch-source.ts', 'chokidar'],
  ['src/source/read-file.ts', 'node:fs'],
  ['src/http/health-server.ts', 'node:http'],
  ['src/embedded/start.ts', 'node:child_process'],
  ['src/kubernetes/scan-target.ts', '../core/files/names.js'],
  ['src/cli/program.ts', 'commander'],
  ['src/cli/commands/watch.ts', '../../operations/watch/watch.js'],
  ['src/cli/commands/watch.ts', '../../core/errors.js'],
  ['src/cli/commands/watch.ts', '../../library/open/compose.js'],
  ['src/library/status.ts', './work/status.js'],
  ['src/cli/commands/watch.ts', './migrate.js'],
  ['src/library/open/compose.ts', '../../db/database.js'],
  ['src/library/open/compose.ts', '../../source/read-source.js'],
  ['src/core/watch/run-log.ts', '../events.js'],
  ['src/core/watch/run-log.ts', '../run/compare.js'],
  ['src/core/ports.ts', './run/report.js'],
  ['src/core/failure/mask/mask.ts', '../../text/position.js'],
  ['src/db/wire/client.ts', 'node:net'],
  ['src/db/database.ts', './wire/client.js'],
  ['src/db/apply/attempt.ts', '../wire/client.js'],
  ['src/db/apply/attempt.ts', '../history/record.js'],
  ['src/sql/read-sql.ts', './lex/lexer.js'],
  ['src/embedded/start.ts', './process/guard.js'],
  ['src/cli/program.ts', './commands/watch.js'],
  ['src/library/work/status.ts', '../connection/asked.js'],
  ['src/index.ts', './db/database.js'],
  ['test/core/run/plan.test.ts', '../../../src/db/wire/client.js'],
];

test.each(leaning(allowed))('%s may see %s by %s', (filename, from, _way, write) => {
  expect(brokenRules(filename, write(from))).toEqual([]);
});

describe('there is no way round the arrows', () => {
  test.each([
    ['through the directory above', '../../../src/db/wire/client.js'],
    ['through the public library', '../../index.js'],
    ['through the built files', '../../../dist/db/wire/client.js'],
    ['through the packages', '../../../node_modules/postgres/src/index.js'],
    ['through the room itself', './../../core/../db/wire/client.js'],
    ['through a neighbour', '../../operations/../db/wire/client.js'],
    ['by an absolute path', '/app/src/db/client.js'],
    ['by a file of a package', 'postgres/src/connection.js'],
    ['by a URL', 'file:///app/src/db/client.js'],
  ])('%s', (_way, from) => {
    for (const [, write] of ways) {
      expect(brokenRules('src/core/run/plan.ts', write(from))).not.toEqual([]);
    }
  });

  test.each([
    ['a template', 'export const x = async () => import(`../../db/wire/client.js`);'],
    [
      'a variable',
      "const from = '../../db/wire/client.js';\nexport const x = async () => import(from);",
    ],
  ])('by importing %s', (_what, code) => {
    expect(brokenRules('src/core/run/plan.ts', code)).toEqual(['house/arrows']);
  });

  test('every directory of src is a room with rules of its own', () => {
    const rooms = readdirSync(`${root}/src`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    expect(rooms).toContain('core');
    for (const room of rooms) {
      expect(brokenRules(`src/${room}/x.ts`, "import 'a-package-of-nobody';")).toEqual([
        'house/arrows',
      ]);
    }
  });
});

test('every directory within a room that has rooms is one of them', () => {
  const within = readdirSync(`${root}/src`, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts') && path.includes('/'))
    .map((path) => `src/${dirname(path)}/x.ts`);
  expect(within).toContain('src/db/wire/x.ts');
  for (const path of new Set(within)) {
    const [, room = ''] = path.split('/');
    const depth = path.split('/').length - 3;
    const from = `${'../'.repeat(depth) || './'}nowhere/at-all/x.js`;
    const hasRooms = [
      'core',
      'operations',
      'db',
      'sql',
      'embedded',
      'lint',
      'library',
      'cli',
    ].includes(room);
    expect([path, brokenRules(path, `import '${from}';`)]).toEqual([
      path,
      hasRooms ? ['house/arrows'] : [],
    ]);
  }
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
    expect(brokenRules('src/core/run/plan.ts', code)).not.toEqual([]);
    expect(brokenRules('src/operations/watch/watch.ts', code)).not.toEqual([]);
  });

  test.each([
    ['a hash', "import { createHash } from 'node:crypto';\nexport const x = createHash('sha256');"],
    ['a rounded number', 'export const x = Math.round(1.5);'],
    ['an AbortController', 'export const x = new AbortController();'],
  ])('%s is not', (_what, code) => {
    expect(brokenRules('src/core/run/plan.ts', code)).toEqual([]);
  });
});

describe('only the cli touches the process', () => {
  test.each(['db', 'sql', 'source', 'http', 'embedded', 'kubernetes', 'library'])(
    'process and console are reported in %s',
    (room) => {
      expect(brokenRules(`src/${room}/x.ts`, 'export const x = process.env;')).not.toEqual([]);
      expect(brokenRules(`src/${room}/x.ts`, "console.log('x');")).not.toEqual([]);
    },
  );

  test('process and console are not reported in the cli, nor is the time in an adapter', () => {
    expect(brokenRules('src/cli/main.ts', 'export const x = process.env;')).toEqual([]);
    expect(brokenRules('src/db/wire/client.ts', 'export const x = Date.now();')).toEqual([]);
  });
});
