import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { declare } from '../../src/cli/program.js';
import { pgm } from '../support/pgm.js';
import { containersOf, podsOf, readManifests } from './rendered.js';
import { type Manifest, problemsOf } from './schema.js';
import { root } from './tools.js';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'pgm-test-render-'));
});
afterAll(() => rm(home, { recursive: true }));

const render = (...args: readonly string[]) => pgm(['fleet', 'render', ...args]);

const argsOf = (manifests: readonly Manifest[]) =>
  podsOf(manifests).map((pod) => containersOf(pod)[0]?.args ?? []);

/** Those of the fleet's list: names, labels and, for nobody to see, passwords. */
async function writeList(...entries: readonly string[]): Promise<string> {
  const path = join(home, 'targets.yaml');
  const lines = entries.map(
    (entry) => `- { url: 'postgresql://u:hidden-word@h.example/db', ${entry} }\n`,
  );
  await writeFile(path, lines.join(''));
  return path;
}

test('deploy/fleet is what render prints (pgm fleet render with the flags below > deploy/fleet/jobs.yaml)', async () => {
  const { stdout, exitCode } = await render(
    ...['--wave', 'name~^canary-', '--wave', 'rest', '--image', 'postgres-manager'],
    ...['--wait-timeout', '5m', '--lock-wait', '10m'],
  );
  expect(exitCode).toBe(0);
  expect(stdout).toBe(readFileSync(join(root, 'deploy/fleet/jobs.yaml'), 'utf8'));
});

describe('a wave is an Indexed Job', () => {
  test('in order, with a share for each pod, and a failure that ends its own share only', async () => {
    const list = await writeList(
      'name: a, labels: { tier: canary }',
      ...['b', 'c', 'd'].map((name) => `name: ${name}`),
    );
    const { stdout, stderr } = await render(
      ...['--targets', list, '--wave', 'tier=canary', '--wave', 'rest'],
      ...['--shards', '3', '--parallelism', '2', '--grace', '2m', '--max-failed', '5%'],
      ...['--max-failed-indexes', '2', '--to', 'app/002'],
    );
    expect(stderr).toBe('');
    expect(stdout).not.toMatch(/hidden-word|h\.example/);
    const manifests = readManifests(stdout);
    expect((await Promise.all(manifests.map(problemsOf))).flat()).toEqual([]);
    const [account, first, second] = manifests;
    expect(account?.kind).toBe('ServiceAccount');
    expect(first?.metadata).toMatchObject({
      name: 'fleet-migrate-1',
      annotations: {
        'argocd.argoproj.io/sync-wave': '1',
        'helm.sh/hook-weight': '1',
        'pgm/wave': 'tier=canary',
      },
    });
    // One target is one share.
    expect(first?.['spec']).toMatchObject({ completions: 1, parallelism: 1 });
    expect(second?.['spec']).toMatchObject({
      completionMode: 'Indexed',
      completions: 3,
      parallelism: 2,
      backoffLimitPerIndex: 2,
      maxFailedIndexes: 2,
      podFailurePolicy: {
        rules: [
          { action: 'FailIndex', onExitCodes: { operator: 'In', values: [1, 2] } },
          { action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] },
        ],
      },
      template: { spec: { restartPolicy: 'Never', terminationGracePeriodSeconds: 160 } },
    });
    expect(argsOf(manifests)[1]?.join(' ')).toBe(
      'fleet migrate --targets /run/secrets/pgm-fleet/targets.yaml --wave tier=canary --wave rest ' +
        '--only-wave rest --shard $(JOB_COMPLETION_INDEX)/3 --max-failed 5% --to app/002 --grace 2m',
    );
  });

  test('whose words reach pgm as they were written, dollars, quotes and words of YAML too', async () => {
    const select = "name~^(a|b)$$(c)'#: ";
    const { stdout } = await render('--select', select, '--wave', 'on=yes', '--wave', 'rest');
    const [args = []] = argsOf(readManifests(stdout));
    const at = args.indexOf('--select');
    expect(expanded(args[at + 1] ?? '')).toBe(select.trim());
    expect(args).toContain('on=yes');
    const flags = declare(() => undefined)
      .commands.find((command) => command.name() === 'fleet')
      ?.commands.find((command) => command.name() === 'migrate')
      ?.options.map(({ long }) => long);
    for (const flag of args.filter((word) => word.startsWith('--'))) expect(flags).toContain(flag);
  });

  test('alone with --only-wave, under its own number', async () => {
    const { stdout } = await render('--wave', 'a=b', '--wave', 'rest', '--only-wave', 'rest');
    const names = readManifests(stdout).map(({ metadata }) => metadata.name);
    expect(names).toEqual(['fleet-migrate', 'fleet-migrate-2']);
  });

  test('even if it takes nobody yet; a target in no wave, and a wave that is none, are refused', async () => {
    const list = await writeList('name: a');
    const both = ['--targets', list, '--wave', 'tier=canary'];
    const empty = await render(...both, '--wave', 'rest');
    expect(empty.stderr).toContain('the wave tier=canary has no targets');
    expect(readManifests(empty.stdout)).toHaveLength(3);
    const lost = await render(...both);
    expect(lost).toMatchObject({ exitCode: 2, stdout: '' });
    expect(lost.stderr).toContain('a would be in no wave');
    const none = await render(...both, '--wave', 'rest', '--only-wave', 'tier=canry');
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toContain('--only-wave tier=canry is not one of the waves');
  });
});

/** What the kubelet makes of an argument in which no variable is meant. */
function expanded(word: string): string {
  expect(word.replaceAll('$$', '')).not.toContain('$(');
  return word.replaceAll('$$', '$');
}
