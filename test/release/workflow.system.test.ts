import type * as workflowParser from '@actions/workflow-parser';
import { build } from 'esbuild';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { releaseOf } from '../../scripts/release/notes.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(root + path, 'utf8');
const text = read('.github/workflows/release.yml');
const { scripts, version } = JSON.parse(read('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly version: string;
};

let folder: string;
let parser: typeof workflowParser;

/** GitHub's own parser imports JSON in a way that Node does not know, so it is bundled first. */
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'pgm-test-workflow-'));
  const outfile = join(folder, 'parser.mjs');
  const entryPoints = ['@actions/workflow-parser'];
  const options = { absWorkingDir: root, bundle: true, format: 'esm', platform: 'node' } as const;
  await build({ ...options, entryPoints, outfile, logLevel: 'warning' });
  parser = (await import(pathToFileURL(outfile).href)) as typeof parser;
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What GitHub's own parser has to say of a workflow. */
async function mistakesIn(content: string): Promise<readonly string[]> {
  const { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } = parser;
  const { context, value } = parseWorkflow(
    { name: 'w.yml', content },
    new NoOperationTraceWriter(),
  );
  if (value !== undefined) await convertWorkflowTemplate(context, value);
  return context.errors.getErrors().map(({ message }) => message);
}

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Job {
  readonly permissions: Readonly<Record<string, string>>;
  readonly steps: readonly Step[];
}

const { jobs, permissions } = parse(text) as {
  readonly jobs: Readonly<Record<'check' | 'package' | 'image', Job>>;
  readonly permissions: object;
};
const steps = Object.values(jobs).flatMap((job) => job.steps);

describe('the workflow of a release', () => {
  test('is one to GitHub, which finds a wrong key, a job that is not there and an open expression', async () => {
    expect(await mistakesIn(text)).toEqual([]);
    const wrong = [
      text.replace('runs-on:', 'run-on:'),
      text.replace('needs: check', 'needs: chek'),
      text.replace('${{ github.sha }}', '${{ github.sha( }}'),
    ];
    for (const each of wrong) expect(await mistakesIn(each)).not.toEqual([]);
  });

  test('runs scripts that there are', () => {
    const runs = steps.flatMap(({ run }) => run ?? []);
    const called = runs.flatMap((run) => /npm run (?:--silent )?(\S+)/.exec(run)?.[1] ?? []);
    expect(called).toEqual(expect.arrayContaining(['check', 'build', 'sbom', 'release:notes']));
    expect(called.filter((name) => !(name in scripts))).toEqual([]);
    for (const command of Object.values(scripts)) {
      for (const [, file = ''] of command.matchAll(/node (\S+\.mjs)/g)) {
        expect([file, existsSync(root + file)]).toEqual([file, true]);
      }
    }
  });

  test('publishes with provenance, by what proves itself and no token, after everything was checked', () => {
    expect(jobs.package.steps.map(({ run }) => run)).toContain(
      'npm publish --provenance --access public',
    );
    expect(jobs.package.permissions['id-token']).toBe('write');
    expect(text).not.toMatch(/secrets\.|NODE_AUTH_TOKEN/);
    expect(jobs).toMatchObject({ package: { needs: 'check' }, image: { needs: 'package' } });
    expect(jobs.check.steps.map(({ run }) => run)).toContain('npm run check');
  });

  test('gives each job what it needs, and names the version of each action', () => {
    expect(permissions).toEqual({});
    expect(jobs.check.permissions).toEqual({ contents: 'read' });
    for (const { uses } of steps) {
      if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@v\d+$/);
    }
  });

  test('gives the image what the Dockerfile takes', () => {
    const given = [...text.matchAll(/^ {12}([A-Z]+)=/gm)].map(([, name]) => name);
    const taken = [...read('Dockerfile').matchAll(/^ARG ([A-Z]+)=/gm)].map(([, name]) => name);
    expect(given.toSorted()).toEqual(taken.toSorted());
  });
});

describe('what is told of a release', () => {
  const dockerfile = 'ARG VERSION=1.2.0\n';
  const manifest = '{"version": "1.2.0"}';
  const changelog =
    '# C\n\n## [1.2.0] - 2027-01-31\n\n### Added\n\n- one\n\n## [1.1.0] - 2026-12-01\n\n- old\n';

  test('is its section of the changelog', () => {
    expect(releaseOf('v1.2.0', { manifest, dockerfile, changelog })).toEqual({
      problems: [],
      notes: '### Added\n\n- one',
    });
  });

  test('is nothing while the versions differ, or the section has no date', () => {
    expect(
      releaseOf('v1.3.0', { manifest, dockerfile: 'ARG VERSION=1.1.0\n', changelog: '' }).problems,
    ).toHaveLength(3);
    const undated = changelog.replace('2027-01-31', 'Unreleased');
    expect(releaseOf('v1.2.0', { manifest, dockerfile, changelog: undated }).problems).toEqual([
      'CHANGELOG.md has no date for 1.2.0: write ## [1.2.0] - YYYY-MM-DD',
    ]);
  });

  test('fits this version but for its date', () => {
    const ours = {
      manifest: read('package.json'),
      dockerfile: read('Dockerfile'),
      changelog: read('CHANGELOG.md').replace('] - Unreleased', '] - 2026-12-31'),
    };
    const { problems, notes } = releaseOf(`v${version}`, ours);
    expect(problems).toEqual([]);
    expect(notes).toMatch(/^### Added$/m);
  });
});
