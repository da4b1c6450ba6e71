import { execFile, spawnSync } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { commands } from '../../../src/cli/list.js';
import { longFlag } from '../../../src/cli/config/table/options.js';
import { pgm } from '../../support/pgm.js';
import { inCi } from '../../support/sweep.js';
import { makeTree, type Tree } from '../../support/tree.js';

const run = promisify(execFile);
const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];
const program = fileURLToPath(new URL('../../../bin/pgm.js', import.meta.url));

let home: Tree;
beforeAll(async () => {
  home = await makeTree({
    'migrations/gcp/001_a.sql': '',
    'migrations/gcp/002_b.sql': '',
    'migrations/aws/1_x.sql': '',
    'migrations/gcp/003_$(touch gone).sql': '',
    'other place/azure_001_z.sql': '',
  });
  await mkdir(join(home.directory, 'bin'));
  const script = join(home.directory, 'bin/pgm');
  await writeFile(script, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`);
  await chmod(script, 0o755);
  for (const shell of shells) {
    const { exitCode, stdout, stderr } = await pgm(['completion', shell]);
    expect([exitCode, stderr]).toEqual([0, '']);
    await writeFile(join(home.directory, `c.${shell}`), stdout);
  }
});
afterAll(() => home.remove());

test('the program that a press of the key starts holds nothing of other adapters than those that read names', async () => {
  const text = await readFile(new URL('../../../dist/pgm/complete.cjs', import.meta.url), 'utf8');
  const rooms = [...text.matchAll(/"dist\/(\w+)\//g)].map(([, room]) => room);
  expect([...new Set(rooms)].toSorted()).toEqual(['core', 'source']);
});

/** Runs a script of the shell that has pgm in its PATH. */
async function inShell(shell: Shell, script: string, args: readonly string[] = []) {
  const PATH = `${join(home.directory, 'bin')}:${process.env['PATH'] ?? ''}`;
  const options = { cwd: home.directory, env: { PATH, HOME: home.directory } };
  const flags = shell === 'fish' ? ['--no-config'] : [];
  const { stdout } = await run(shell, [...flags, '-c', script, ...args], options);
  return stdout.split('\n').filter((line) => line !== '');
}

/** What each shell offers for a line, as it would after a press of the key. `=` is a word of its own for bash. */
const offers: Record<'bash' | 'fish', (line: string) => Promise<readonly string[]>> = {
  bash: (line) =>
    inShell(
      'bash',
      `source c.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1))
_pgm pgm "\${COMP_WORDS[COMP_CWORD]}" "\${COMP_WORDS[COMP_CWORD-1]}"
printf '%s\\n' "\${COMPREPLY[@]}"`,
      ['bash', ...line.split(/ (?![^"]*"$)|(?==)|(?<==)/)],
    ),
  fish: async (line) => {
    const lines = await inShell('fish', 'source c.fish; complete -C $argv[1]', [line]);
    return lines.map((each) =>
      each
        .replace(/\t.*/, '')
        .replace(/^--[a-z-]+=/, '')
        .replace(/\/$/, ''),
    );
  },
};

const cases: readonly (readonly [string, readonly string[]])[] = [
  ['pgm migr', ['migrate']],
  ['pgm help wat', ['watch']],
  ['pgm fle', ['fleet']],
  ['pgm fleet ', ['drift', 'migrate', 'render', 'status', 'verify']],
  ['pgm fleet migrate --on-failure ', ['continue', 'schema', 'stop']],
  ['pgm migrate --on-fail', ['--on-failure']],
  ['pgm migrate --on-failure ', ['continue', 'schema', 'stop']],
  ['pgm migrate --on-failure=s', ['schema', 'stop']],
  ['pgm watch --readiness ', ['applied', 'once', 'strict']],
  ['pgm migrate --to gcp/', ['gcp/001_a.sql', 'gcp/002_b.sql']],
  ['pgm prepare --to migr', ['migrations']],
  ['pgm migrate --schemas ', ['aws', 'gcp']],
  ['pgm migrate --schemas gcp,', ['gcp,aws']],
  ['pgm migrate --dir=migrations --schemas a', ['aws']],
  ['pgm new g', ['gcp']],
  ['pgm new gcp ', []],
  ['pgm completion ', ['bash', 'fish', 'zsh']],
  ['pgm probe r', ['readiness']],
  ['pgm configmap migr', ['migrations']],
];

function isInstalled(shell: Shell): boolean {
  return spawnSync(shell, ['--version']).status === 0;
}

describe.each(['bash', 'fish'] as const)('%s', (shell) => {
  if (!inCi && !isInstalled(shell)) {
    test('is installed', ({ skip }) => {
      skip(`${shell} is not installed: apt-get install ${shell}`);
    });
    return;
  }
  test.each(cases)('offers for "%s" %j', async (line, expected) => {
    expect([...(await offers[shell](line))].toSorted()).toEqual(expected);
  });

  test('offers every flag of every command', async () => {
    for (const { name, options } of Object.values(commands)) {
      const flags = options.flatMap(({ flag }) => (flag === null ? [] : [longFlag(flag)]));
      const offered = await offers[shell](`pgm ${name} --`);
      expect(offered.toSorted(), name).toEqual([...new Set([...flags, '--help'])].toSorted());
    }
  });
});

describe('zsh', () => {
  if (!inCi && !isInstalled('zsh')) {
    test('is installed', ({ skip }) => {
      skip('zsh is not installed: apt-get install zsh');
    });
    return;
  }

  /** A zsh on a terminal of its own, which tells what is offered once it is offered. */
  const script = `zmodload zsh/zpty
zpty z zsh -f -i
zpty -w z 'PROMPT=; TERM=dumb; autoload -Uz compinit; compinit -D -u; source c.zsh
told() { builtin print -r -- "<<<$heard>>>"; heard=(); }
compadd() { if [[ " $* " == *" -"[OAD]" "* ]]; then builtin compadd "$@"; return; fi
local -a got; builtin compadd -A got "$@"; heard+=($got); builtin compadd "$@"; }
compprefuncs=(); comppostfuncs=(told); typeset -ga heard'
zpty -w -n z "$1"$'\\t'
while zpty -r z line; do
  [[ $line == *"<<<"*">>>"* && $line != *builtin* ]] && { print -r -- "\${\${line##*<<<}%%>>>*}"; break; }
done
zpty -d z`;

  test.each(
    cases.filter(
      ([line, offered]) =>
        !line.includes('configmap') && !line.includes('prepare') && offered.length > 0,
    ),
  )('offers for "%s" %j', async (line, expected) => {
    const [offered = ''] = await inShell('zsh', script, ['zsh', line]);
    expect(offered.split(' ').toSorted()).toEqual(expected);
  });

  test('has every flag of every command in its script', async () => {
    const lines = await inShell('zsh', 'zsh -n c.zsh && cat c.zsh');
    for (const { name, options } of Object.values(commands)) {
      const from = lines.indexOf(`    '${name}')`);
      const own = lines.slice(
        from,
        lines.findIndex((line, at) => at > from && line.endsWith(';;')) + 1,
      );
      for (const { flag } of options) {
        if (flag !== null) expect(own.join('\n'), name).toContain(`'${longFlag(flag)}`);
      }
    }
  });
});

describe('what the scripts ask', () => {
  const ask = async (kind: string, current: string, ...words: readonly string[]) => {
    const args = ['completion', '--complete', kind, current, ...words];
    const { exitCode, stdout, stderr } = await pgm(args, {}, home.directory);
    expect([exitCode, stderr]).toEqual([0, '']);
    return stdout.split('\n').filter((line) => line !== '');
  };

  test('is answered from the directory that the line names, as it is typed', async () => {
    expect(await ask('key', '', 'migrate', '--dir', '"other place"')).toEqual(['azure/001_z.sql']);
    expect(await ask('key', '', 'migrate', '--dir', 'other\\ place')).toEqual(['azure/001_z.sql']);
    expect(await ask('schema', '', 'migrate', '--dir', '=', 'no')).toEqual([]);
  });

  test('leaves out names that a shell would read as code', async () => {
    expect(await ask('key', 'gcp/003')).toEqual([]);
  });

  test('loads neither the program nor a package', async () => {
    const env = { ...process.env, NODE_DEBUG: 'module' };
    const args = [program, 'completion', '--complete', 'key', ''];
    const { stderr } = await run(process.execPath, args, { cwd: home.directory, env });
    expect(stderr).toContain('dist/pgm/complete.cjs');
    expect(stderr).not.toContain('dist/pgm/main.cjs');
    expect(stderr).not.toMatch(/_load REQUEST (?:node:)?(?:net|tls|http)\b/);
  });
});

test('without a shell, and with one that is none, pgm completion says which there are', async () => {
  expect((await pgm(['completion'])).stderr).toContain('pgm completion bash, zsh or fish');
  const { exitCode, stderr } = await pgm(['completion', 'fisch']);
  expect(exitCode).toBe(2);
  expect(stderr).toContain('did you mean fish?');
});
