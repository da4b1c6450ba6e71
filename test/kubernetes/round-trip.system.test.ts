import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { configMapYaml, volumeYaml } from '../../src/core/configmap/configmap-yaml.js';
import { type ConfigMap, planConfigMaps } from '../../src/core/configmap/configmap.js';
import type { FoundConfigMap } from '../../src/core/configmap/configmap-compare.js';
import type { Snapshot } from '../../src/core/files/migration.js';
import { parseConfigMaps } from '../../src/kubernetes/parse-configmaps.js';
import { readCopies } from '../../src/kubernetes/read-copies.js';
import { readSource } from '../../src/source/read-source.js';
import { findTool, runTool, whyMissing } from '../deploy/tools.js';
import { Kubelet } from '../support/kubelet.js';
import { makeTree, type Tree } from '../support/tree.js';
import { Nasty } from './nasty.js';

const options = { schemas: null, reserved: ['pgm'] };
/** Each alone what YAML has its own mind about: line ends, blanks where a block begins or ends, nothing at all. */
const bareTexts = [
  '\ufeffselect 1;\r\n',
  ' \tx',
  '\n\n',
  'a\n\n\n',
  'no end',
  '',
  'x \ny\n',
  ' lead\n',
  '\n  a\n b',
  '---\na: b\n...\n',
  'a\rb\u0085c\u2028d',
  '😀 # x: y',
  'x'.repeat(20_000),
];
let scratch: string;
let trees: Tree[] = [];

beforeEach(() => {
  scratch = mkdtempSync(join(tmpdir(), 'pgm-test-round-trip-'));
});

afterEach(async () => {
  rmSync(scratch, { recursive: true });
  for (const tree of trees) await tree.remove();
  trees = [];
});

describe('a tree comes out of the cluster as it went in', () => {
  test.each(Array.from({ length: 10 }, (_, seed) => seed))(
    'with nasty texts, seed %i',
    async (seed) => {
      const nasty = new Nasty(seed);
      const files = Object.fromEntries(
        Array.from({ length: 25 }, () => [nasty.path(), nasty.text()]),
      );
      const { snapshot, maps } = await mapsOf(files);
      const { mounted, values } = await throughTheCluster(maps);
      expect(mounted.refused).toEqual([]);
      expect(mounted.revision).toBe(snapshot.revision);
      expect(
        new Map([...values].map(([key, value]) => [key, Buffer.from(value).toString()])),
      ).toEqual(
        new Map(maps.flatMap(({ entries }) => entries.map(({ key, text }) => [key, text]))),
      );
    },
  );

  test('byte for byte, a byte order mark too', async () => {
    const files = Object.fromEntries(bareTexts.map((text, at) => [`a/${at}_x.sql`, text]));
    const { maps } = await mapsOf(files);
    const { values } = await throughTheCluster(maps);
    for (const [at, text] of bareTexts.entries()) {
      expect(values.get(`a_${at}_x.sql`)).toEqual(Buffer.from(text));
    }
  });

  test('in two maps that one projected volume joins', async () => {
    const half = `-- ${'x'.repeat(600_000)}\n`;
    const { snapshot, maps } = await mapsOf({
      'a/001_x.sql': half,
      'a/002_x.sql': half,
      'b/001_x.sql': 'select 1;\n',
    });
    expect(maps.map(({ name }) => name)).toEqual(['m', 'm-2']);
    expect((await throughTheCluster(maps)).mounted.revision).toBe(snapshot.revision);
    const volume = '  - name: migrations\n    projected:\n      sources:\n';
    const source = (name: string): string => `        - configMap:\n            name: ${name}\n`;
    expect(volumeYaml(maps)).toBe(`volumes:\n${volume}${source('m')}${source('m-2')}`);
  });

  test('with no files at all', async () => {
    const { maps } = await mapsOf({});
    expect(configMapYaml(maps)).toMatch(/\ndata: \{\}\n$/);
    expect((await throughTheCluster(maps)).values.size).toBe(0);
  });
});

test('kubectl reads it as it is meant', async ({ skip }) => {
  if (findTool('kubectl') === null) {
    if (process.env['CI'] !== undefined) expect.fail(whyMissing('kubectl'));
    skip(whyMissing('kubectl'));
  }
  const nasty = new Nasty(2026);
  const texts = [...Array.from({ length: 300 }, () => nasty.text()), ...bareTexts];
  const { maps } = await mapsOf(
    Object.fromEntries(texts.map((text, at) => [`a/${at}_x.sql`, text])),
  );
  const file = join(scratch, 'maps.yaml');
  writeFileSync(file, configMapYaml(maps));
  // The one thing of kubectl that reads a manifest and prints it, and asks no server.
  const read = runTool('kubectl', ['annotate', '--local', '-o', 'json', '-f', file, 'seen=1']);
  const { data } = JSON.parse(read) as { readonly data: Readonly<Record<string, string>> };
  expect(data).toEqual(Object.fromEntries(texts.map((text, at) => [`a_${at}_x.sql`, text])));
});

test('plain SQL is a block that people can read, the rest a line of text to a line', async () => {
  const { maps } = await mapsOf({
    'a/001_x.sql': 'create table t (\n\tid int\n);\n',
    'a/002_x.sql': 'one \n two',
  });
  const yaml = configMapYaml(maps);
  expect(yaml).toContain('  a_001_x.sql: |\n    create table t (\n    \tid int\n    );\n');
  expect(yaml).toContain('  a_002_x.sql: "\\\n    one \\n\\\n    \\ two"\n');
});

test('equal files give equal YAML, whatever the order on disk', async () => {
  const one = await mapsOf({ 'b/1_x.sql': 'b', 'a/1_x.sql': 'a' });
  const other = await mapsOf({ 'a/1_x.sql': 'a', 'b/1_x.sql': 'b' });
  expect(configMapYaml(one.maps)).toBe(configMapYaml(other.maps));
});

test('a ConfigMap that is mounted gives itself', async () => {
  const directory = join(scratch, 'other');
  Kubelet.mount(directory, { 'gcp_001_x.sql': '\ufeffselect 1;', '002_y.sql': 'select 2;' });
  const { bytes } = await copiesOf(directory);
  expect(bytes.get('gcp_001_x.sql')).toEqual(readFileSync(join(directory, 'gcp_001_x.sql')));
  const { maps } = await mapsIn(directory);
  expect(maps[0]?.entries.map(({ key }) => key)).toEqual(['gcp_001_x.sql', 'public_002_y.sql']);
});

async function mapsOf(
  files: Readonly<Record<string, string>>,
): Promise<{ snapshot: Snapshot; maps: readonly ConfigMap[] }> {
  const tree = await makeTree(files);
  trees.push(tree);
  return mapsIn(tree.directory);
}

async function mapsIn(
  directory: string,
): Promise<{ snapshot: Snapshot; maps: readonly ConfigMap[] }> {
  const { snapshot, bytes } = await copiesOf(directory);
  const textOf = ({ path }: { path: string }): string => bytes.get(path)!.toString();
  const plan = planConfigMaps(snapshot, textOf, { name: 'm', namespace: 'n' });
  if (plan.kind === 'refused') throw new Error(plan.problems.join('\n'));
  return { snapshot, maps: plan.maps };
}

function copiesOf(directory: string): ReturnType<typeof readCopies> {
  return readCopies({ directory, origin: 'test', read: () => readSource(directory, options) });
}

/** Written, read by another's parser, mounted as the kubelet does it, and read as `watch` does. */
async function throughTheCluster(
  maps: readonly ConfigMap[],
): Promise<{ mounted: Snapshot; values: FoundConfigMap['values'] }> {
  const found = await parseConfigMaps(configMapYaml(maps), 'test');
  expect(found.map(({ name }) => name)).toEqual(maps.map(({ name }) => name));
  const values = new Map(found.flatMap((map) => [...map.values]));
  const { directory } = Kubelet.mount(join(scratch, 'mount'), Object.fromEntries(values));
  return { mounted: await readSource(directory, options), values };
}
