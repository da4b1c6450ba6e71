import { describe, expect, test } from 'vitest';
import { withGeneratedParts } from '../../scripts/docs/generated-parts.mjs';
import { helpBlock } from '../../scripts/docs/help.mjs';
import { optionsTable } from '../../scripts/docs/options-table.mjs';
import { openLayers, unreadVariables } from '../../src/cli/config/connection-layers.js';
import { describeDefault, longFlag, variablesOf } from '../../src/cli/config/option.js';
import { allOptions } from '../../src/cli/config/options.js';
import { exitCodes } from '../../src/cli/exit-codes.js';
import { declare } from '../../src/cli/program.js';
import { exitCodeOfSignal } from '../../src/cli/stop.js';
import { codeIn, commandLines, firstColumn, readme, section, withoutBlocks } from './readme.js';

const program = declare(() => undefined);

describe('the generated parts of the README', () => {
  test('are what the program itself says (npm run build && node scripts/update-docs.mjs)', () => {
    const parts = {
      help: helpBlock(declare(() => undefined)),
      options: optionsTable(allOptions(), { variablesOf, describeDefault }),
    };
    expect(withGeneratedParts(readme, parts)).toBe(readme);
  });
});

describe('a command line in the README', () => {
  const lines = commandLines().filter((line) => /^pgm [a-z]/.test(line));

  test('is found in blocks and in the text', () => {
    expect(lines).toContain('pgm migrate --dir migrations --dry-run');
    expect(lines).toContain('pgm status --check');
    expect(lines).toContain('pgm watch');
  });

  test.each([...new Set(lines)])('%s names a command and flags that exist', (line) => {
    if (notYet().has(line)) return;
    const [, name, ...words] = line.split(/\s+/);
    const command = program.commands.find((known) => known.name() === name);
    expect(command, `the command ${name ?? ''}`).toBeDefined();
    const known = command?.options.map(({ long }) => long);
    for (const flag of words.filter((word) => word.startsWith('--'))) expect(known).toContain(flag);
  });

  test('names every command under a heading of its own', () => {
    const headings = [...readme.matchAll(/^### pgm (\S+)$/gm)].map(([, name]) => name);
    expect(headings).toEqual(program.commands.map((command) => command.name()));
  });
});

test('every flag in the text exists', () => {
  const known = allOptions().flatMap(({ flag }) => (flag === null ? [] : [longFlag(flag)]));
  const flags = codeIn(withoutBlocks()).flatMap((code) => /^--[a-z-]+/.exec(code)?.[0] ?? []);
  expect(flags.length).toBeGreaterThan(20);
  for (const flag of flags) expect([...known, '--help', '--version']).toContain(flag);
});

test('every variable in the text exists', () => {
  const known = new Set(allOptions().flatMap(variablesOf));
  const variables = codeIn(withoutBlocks()).filter((code) => /^[A-Z]+(?:_?[A-Z]+)+$/.test(code));
  const ofLibpq = variables.filter((name) => /^PG[A-Z]/.test(name) && !name.startsWith('PGM_'));
  expect(ofLibpq.length).toBeGreaterThan(10);
  for (const name of ofLibpq) {
    expect(readsOfLibpq(name), name).toBe(true);
    expect(unreadVariables({ [name]: 'x' }), name).toEqual([]);
  }
  for (const name of variables.filter((name) => /PGM_|DATABASE_|POSTGRES_/.test(name))) {
    expect(known).toContain(name);
  }
});

test('the exit codes are those of the program', () => {
  const codes = firstColumn(section('### Exit codes'), '').map(Number);
  const signals = [exitCodeOfSignal('SIGINT'), exitCodeOfSignal('SIGTERM')];
  expect(codes).toEqual([...Object.values(exitCodes), ...signals]);
});

function readsOfLibpq(name: string): boolean {
  return openLayers(null, { env: { [name]: 'x' }, username: null }).pgVariables.size === 1;
}

/** The commands that the README names as missing; one that exists by now does not belong there. */
function notYet(): ReadonlySet<string> {
  const named = codeIn(section('## Not yet')).filter((code) => /^(?:pgm )?[a-z]+$/.test(code));
  const names = named.map((code) => code.replace(/^pgm /, ''));
  const existing = program.commands.map((command) => command.name());
  expect(names.filter((name) => existing.includes(name))).toEqual([]);
  return new Set(names.map((name) => `pgm ${name}`));
}
