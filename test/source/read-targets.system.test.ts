import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readTargets } from '../../src/source/targets/read-targets.js';

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'pgm-test-targets-'));
});
afterAll(() => rm(home, { recursive: true }));

/** What is read from a file with this text. */
async function read(text: string, name = 'targets.yaml') {
  await writeFile(join(home, name), text);
  const { list } = await readTargets(join(home, name));
  return list;
}

test('a key that an entry of a JSON list has twice is refused with its place, and its values are not shown', async () => {
  const text = `[
  { "name": "a", "url": "postgresql://u:hush@h/d: x", "labels": { "tier": "canary" } },
  { "name": "b", "url": "hush-1",
    "url": "hush-2" },
  { "name": "c", "url": "x", "labels": { "tier": "one", "t\\u0069er": "two" } }
]`;
  const { targets, problems } = await read(text, 'targets.json');
  const path = join(home, 'targets.json');
  const twice = 'this key is already in this entry: keep one of the two';
  expect(problems).toEqual([`${path}:4:5: ${twice}`, `${path}:5:57: ${twice}`]);
  expect(targets).toEqual([]);
  const once = await read(
    text.replace('"url": "hush-1",', '').replace('t\\u0069er', 'zone'),
    'targets.json',
  );
  expect(once.problems).toEqual([]);
  expect(once.targets).toHaveLength(3);
});

describe('a list in YAML', () => {
  test('has its texts as they are written: 007 is not 7, and 1.10 is not 1.1', async () => {
    const names = ['007', '7', '1e3', '0x10', '1.10', 'yes'];
    const entries = names.map(
      (name) => `- name: ${name}\n  url: ${name}\n  labels: { v: ${name} }`,
    );
    const { targets, problems } = await read(entries.join('\n'));
    expect(problems).toEqual([]);
    expect(targets).toEqual(
      names.map((name) => ({ name, url: { kind: 'text', text: name }, labels: { v: name } })),
    );
  });

  test('may leave labels empty, and a name or url never', async () => {
    expect(await read('- name: a\n  url: x\n  labels:\n')).toMatchObject({
      problems: [],
      targets: [{ name: 'a', labels: {} }],
    });
    const { problems } = await read('- name:\n  url: x\n- name: b\n  url:\n');
    expect(problems.join('\n')).toMatch(/:1: it has no name\n.*:3: it has no url/);
  });

  test('may have anchors, many aliases of one, and merge keys', async () => {
    const many = Array.from({ length: 300 }, (_, at) => `- { name: t-${at}, url: x, labels: *eu }`);
    const text = `- &first
  name: first
  url: x
  labels: &eu { region: eu, tier: canary }
- <<: *first
  name: second
- name: third
  url: x
  labels: { <<: *eu, tier: normal }
${many.join('\n')}\n`;
    const { targets, problems } = await read(text);
    expect(problems).toEqual([]);
    expect(targets).toHaveLength(303);
    expect(targets[1]).toMatchObject({ name: 'second', labels: { region: 'eu', tier: 'canary' } });
    expect(targets[2]).toMatchObject({ name: 'third', labels: { region: 'eu', tier: 'normal' } });
    expect(targets[302]?.labels).toEqual({ region: 'eu', tier: 'canary' });
  });

  test.each([['- name: a\n  url: *hush\n'], ['- <<: hush\n  name: a\n  url: x\n']])(
    '%j is told without its text',
    async (text) => {
      const { targets, problems } = await read(text);
      expect(targets).toEqual([]);
      expect(problems.join('\n')).toContain('an alias has no anchor before it');
      expect(problems.join('\n')).not.toContain('hush');
    },
  );
});

const forms = {
  'targets.yaml': '- name: a\n  url: x\n  labels:\n    tier: canary\n- name: b\n  url: y\n',
  'targets.json': '[\n  { "name": "a", "url": "x" },\n  { "name": "b", "url": "y" }\n]\n',
  'targets.txt': '# all\na=x\nb=y\n',
};
test.each(Object.entries(forms))(
  '%s may begin with a byte order mark and have CRLF at the ends of lines',
  async (name, text) => {
    const { targets, problems } = await read(`\u{feff}${text.replaceAll('\n', '\r\n')}`, name);
    expect(problems).toEqual([]);
    expect(targets.map(({ name: own, url }) => [own, url])).toEqual([
      ['a', { kind: 'text', text: 'x' }],
      ['b', { kind: 'text', text: 'y' }],
    ]);
  },
);

test('a relative url_file is next to the list', async () => {
  const { targets } = await read(
    '- { name: a, url_file: a }\n- { name: b, url_file: ../b }\n- { name: c, url_file: /c }\n',
  );
  expect(targets.map(({ url }) => url)).toEqual([
    { kind: 'file', path: join(home, 'a') },
    { kind: 'file', path: join(home, '../b') },
    { kind: 'file', path: '/c' },
  ]);
});

test('a link that leads nowhere, in a directory of targets, is told as what it may be', async () => {
  const directory = join(home, 'linked');
  await mkdir(directory);
  await symlink('nowhere', join(directory, 'a'));
  await expect(readTargets(directory)).rejects.toThrow(`${directory} changed during each of 50`);
  await expect(readTargets(directory)).rejects.toThrow('or a link in it leads nowhere');
});
