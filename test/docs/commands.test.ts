import { describe, expect, test } from 'vitest';
import { withGeneratedParts } from '../../scripts/docs/generated-parts.mjs';
import { helpBlock } from '../../scripts/docs/help.mjs';
import { optionsTable } from '../../scripts/docs/options-table.mjs';
import { commands } from '../../src/cli/list.js';
import { libpqVariables, unreadVariables } from '../../src/library/connection/connection-layers.js';
import {
  allOptions,
  describeDefault,
  longFlag,
  variablesOf,
} from '../../src/cli/config/table/options.js';
import { exitCodes } from '../../src/cli/process/exit-codes.js';
import { declare } from '../../src/cli/program.js';
import { exitCodeOfSignal } from '../../src/cli/process/stop.js';
import {
  codeIn,
  commandLines,
  firstColumn,
  page,
  section,
  userPages,
  withoutBlocks,
} from './pages.js';

const program = declare(() => undefined);
const commandNames = program.commands.map((command) => command.name());

/** The command of a line in a page, and what was typed behind it. */
function commandOf(line: string) {
  const [, name, ...words] = line.split(/\s+/);
  const command = program.commands.find((known) => known.name() === name);
  const below = command?.commands.find((known) => known.name() === words[0]);
  return below === undefined ? { command, words } : { command: below, words: words.slice(1) };
}

/** Flags of other programs that a page speaks of. */
const foreignFlags: Readonly<Record<string, readonly string[]>> = {
  // Flags of the tools that it compares.
  'docs/comparison.md': ['--strict', '--exec-order', '--no-check-order', '--baseline', '--fake'],
  'docs/image.md': ['--build-arg', '--liftoff-only'],
  'docs/kubernetes.md': ['--server-side'],
  'docs/moving-in.md': ['--liquibase', '----'],
  'docs/measurements.md': ['--max-semi-space-size'],
  'docs/testing.md': ['--shm-size', '--disk'],
};

/** The benchmark has flags of its own, and bench/test holds its page to them. */
const pagesOnPgm = userPages.filter((path) => path !== 'docs/benchmarks.md');

describe('the generated parts (npm run build && node scripts/update-docs.mjs)', () => {
  test('of docs/commands.md are what the program itself says', () => {
    const text = page('docs/commands.md');
    const parts = { help: helpBlock(declare(() => undefined)) };
    expect(withGeneratedParts(text, parts)).toBe(text);
  });

  test('of docs/configuration.md are what the program itself says', () => {
    const text = page('docs/configuration.md');
    const parts = {
      options: optionsTable(commands, { allOptions, variablesOf, describeDefault }),
    };
    expect(withGeneratedParts(text, parts)).toBe(text);
  });
});

describe('a command line in the pages', () => {
  const lines = userPages.flatMap((path) => commandLines(page(path)));

  test('is found in blocks and in the text', () => {
    expect(lines).toContain('pgm migrate --dir migrations --dry-run');
    expect(lines).toContain('pgm status --check');
    expect(lines).toContain('pgm watch');
  });

  test('is found behind kubectl exec, before a pipe and in the text, not in a diagram', () => {
    const text = [
      '`pgm probe liveness`, pgm itself, `pgm-metrics`',
      '```sh',
      'kubectl exec POD -c postgres-manager -- pgm status --check',
      'pgm configmap --dir migrations | kubectl apply --server-side -f -',
      'kubectl apply -f <(pgm configmap --dir migrations)',
      '```',
      '```mermaid',
      'a -- pgm lint --> b',
      '```',
    ];
    expect(commandLines(text.join('\n'))).toEqual([
      'pgm status --check',
      'pgm configmap --dir migrations',
      'pgm configmap --dir migrations',
      'pgm probe liveness',
    ]);
  });

  test.each([...new Set(lines)])('%s names a command and flags that exist', (line) => {
    const { command, words } = commandOf(line);
    expect(command, line).toBeDefined();
    const known = command?.options.map(({ long }) => long);
    for (const flag of words.filter((word) => word.startsWith('--'))) {
      expect(known).toContain(flag.split('=')[0]);
    }
  });
});

describe('every command has a heading of its own', () => {
  test('in the README, with an example', () => {
    const text = page('README.md');
    const headings = [...text.matchAll(/^### pgm (\S+)$/gm)].map(([, name]) => name);
    expect(headings).toEqual(commandNames);
    for (const name of commandNames) {
      expect(commandLines(section(text, `### pgm ${name}`)).join('\n')).toContain(`pgm ${name}`);
    }
  });

  test('in docs/commands.md', () => {
    const headings = [...page('docs/commands.md').matchAll(/^## pgm (\S+)$/gm)];
    expect(headings.map(([, name]) => name)).toEqual(commandNames);
  });
});

test('every flag in the text exists', () => {
  const known = allOptions().flatMap(({ flag }) => (flag === null ? [] : [longFlag(flag)]));
  const flags = pagesOnPgm.flatMap((path) => flagsIn(path).map((flag) => ({ path, flag })));
  expect(flags.length).toBeGreaterThan(20);
  for (const { path, flag } of flags) {
    expect([...known, '--help', '--version', ...(foreignFlags[path] ?? [])], path).toContain(flag);
  }
});

/** Those that `postgres-manager/testing` asks for, which is no command. */
function variablesOfTesting(): readonly string[] {
  const files = ['test-server.ts', 'migrated-database.ts'].map((name) =>
    page(`src/testing/${name}`),
  );
  return files.flatMap((text) =>
    [...text.matchAll(/'(PGM_TEST_[A-Z_]+)'/g)].map(([, name = '']) => name),
  );
}

test('every variable in the text exists', () => {
  const known = new Set([...allOptions().flatMap(variablesOf), ...variablesOfTesting()]);
  const words = userPages.flatMap((path) => codeIn(withoutBlocks(page(path))));
  const variables = words.filter((code) => /^[A-Z]+(?:_?[A-Z]+)+$/.test(code));
  const ofLibpq = variables.filter((name) => /^PG[A-Z]/.test(name) && !name.startsWith('PGM_'));
  expect(ofLibpq.length).toBeGreaterThan(10);
  for (const name of ofLibpq) {
    expect(Object.values(libpqVariables)).toContain(name);
    expect(unreadVariables).not.toContain(name);
  }
  for (const name of variables.filter((name) => /PGM_|DATABASE_|POSTGRES_/.test(name))) {
    expect(known).toContain(name);
  }
});

test('the exit codes are those of the program', () => {
  const codes = firstColumn(page('docs/exit-codes.md'), '').map(Number);
  const signals = [exitCodeOfSignal('SIGINT'), exitCodeOfSignal('SIGTERM')];
  expect(codes).toEqual([...Object.values(exitCodes), ...signals]);
});

function flagsIn(path: string): readonly string[] {
  return codeIn(withoutBlocks(page(path))).flatMap((code) => /^--[a-z-]+/.exec(code)?.[0] ?? []);
}
