import { describe, expect, test } from 'vitest';
import { isOfLines, targetsOf, targetsOfLines } from '../../../src/core/fleet/read-targets.js';
import { parseMatchers, selected } from '../../../src/core/fleet/select.js';
import { nameProblem } from '../../../src/core/fleet/target.js';
import { parseWaves, planWaves } from '../../../src/core/fleet/waves.js';

const read = (value: unknown) => targetsOf(value, 'f.yaml', (at) => `f.yaml:${at + 1}`);

describe('a list of targets', () => {
  test('has names, a connection string or a file with one, and labels', () => {
    expect(
      read([
        { name: 'a', url: 'postgresql://h/a', labels: { tier: 'canary', ring: 1, on: true } },
        { name: 7, url_file: '/s/b' },
      ]),
    ).toEqual({
      problems: [],
      targets: [
        {
          name: 'a',
          url: { kind: 'text', text: 'postgresql://h/a' },
          labels: { tier: 'canary', ring: '1', on: 'true' },
        },
        { name: '7', url: { kind: 'file', path: '/s/b' }, labels: {} },
      ],
    });
  });

  test.each([
    [{ a: 'postgresql://h/a' }, 'f.yaml: it is not a list'],
    [['a'], 'f.yaml:1: it is not an entry'],
    [[{ url: 'x' }], 'f.yaml:1: it has no name'],
    [[{ name: 'a' }], 'f.yaml:1: it has no url'],
    [[{ name: 'a', url: 'x', url_file: 'y' }], 'f.yaml:1: it has both'],
    [[{ name: 'a', ulr: 'x' }], 'did you mean url?'],
    [[{ name: 'a', url: 'x', labels: ['t'] }], 'f.yaml:1: its labels are not a mapping'],
    [[{ name: 'a', url: 'x', labels: { t: {} } }], 'label "t"'],
    [[{ name: 'a', url: 'x', labels: { name: 'b' } }], 'label "name"'],
    [
      [
        { name: 'a', url: 'x' },
        { name: 'a', url: 'y' },
      ],
      'f.yaml: a is listed 2 times',
    ],
  ])('%j is told as "%s"', (value, problem) => {
    expect(read(value).problems.join('\n')).toContain(problem);
  });

  test('no problem quotes what may hold a password', () => {
    const url = 'postgresql://u:hush@h/db';
    const wrong = [{ name: url, url }, { name: 'a', url, [`x${'y'.repeat(3)}`]: url }, url];
    const told = [read(wrong), targetsOfLines(`${url}\n${url}?a=b\n=${url}\na b=${url}`, 'f')];
    expect(told.flatMap(({ problems }) => problems).join('\n')).not.toContain('hush');
    expect(told.flatMap(({ problems }) => problems).length).toBeGreaterThan(5);
  });
});

describe('lines', () => {
  test('are NAME=URL; empty ones and comments are left out', () => {
    const text = '# all\n\n eu-1 = postgresql://h/a?sslmode=require\nb=host=h dbname=b\n';
    expect(isOfLines(text)).toBe(true);
    expect(targetsOfLines(text, 'f')).toEqual({
      problems: [],
      targets: [
        {
          name: 'eu-1',
          url: { kind: 'text', text: 'postgresql://h/a?sslmode=require' },
          labels: {},
        },
        { name: 'b', url: { kind: 'text', text: 'host=h dbname=b' }, labels: {} },
      ],
    });
    expect(targetsOfLines('a=x\nb', 'f').problems).toEqual(['f:2: it is not a line NAME=URL']);
    expect(targetsOfLines('a=', 'f').problems[0]).toContain('f:1: there is no connection string');
  });

  test.each(['- name: a\n  url: x', '[{"name":"a","url":"b=c"}]', 'name: a=b', '{"a": "b=c"}', ''])(
    '%j is none',
    (text) => {
      expect(isOfLines(text)).toBe(false);
    },
  );
});

test.each(['', ' a', 'a b', 'a=b', '-a', 'a\n', 'a,b', '../a', 'u@h', 'a:b', 'x'.repeat(254)])(
  '%j is no name',
  (name) => {
    expect(nameProblem(name)).not.toBeNull();
  },
);

const targets = [
  { name: 'eu-1', labels: { tier: 'canary', region: 'eu' } },
  { name: 'eu-2', labels: { region: 'eu' } },
  { name: 'us-1', labels: { tier: 'normal', region: 'us' } },
];
const namesOf = (some: readonly { readonly name: string }[]) => some.map(({ name }) => name);

describe('--select', () => {
  const select = (text: string) => {
    const parsed = parseMatchers(text);
    return parsed.kind === 'accepted' ? namesOf(selected(targets, parsed.value)) : parsed.reason;
  };

  test('takes those for which all hold', () => {
    expect(select('tier=canary')).toEqual(['eu-1']);
    expect(select('name~^eu-')).toEqual(['eu-1', 'eu-2']);
    expect(select('name~^eu-\ntier=canary')).toEqual(['eu-1']);
    expect(select('tier~.')).toEqual(['eu-1', 'us-1']);
    expect(select('toString=x')).toEqual([]);
    expect(select('name=us-1')).toEqual(['us-1']);
  });

  test('refuses other forms', () => {
    expect(select('tier')).toContain('LABEL=VALUE');
    expect(select('tier=')).toContain('LABEL=VALUE');
    expect(select('tier==canary')).toContain('LABEL=VALUE');
    expect(select('tier == canary')).toContain('LABEL=VALUE');
    expect(select('name~(')).toContain('not a regular expression');
  });
});

describe('--wave', () => {
  const plan = (text: string) => {
    const parsed = parseWaves(text);
    if (parsed.kind === 'refused') return parsed.reason;
    const planned = planWaves(targets, parsed.value);
    if (planned.kind === 'refused') return planned.reason;
    return [planned.waves.map(({ name, targets: own }) => [name, ...namesOf(own)]), planned.empty];
  };

  test('a target is in the first that takes it', () => {
    expect(plan('')).toEqual([[['all', 'eu-1', 'eu-2', 'us-1']], []]);
    expect(plan('tier=canary\nregion=eu\nrest')).toEqual([
      [
        ['tier=canary', 'eu-1'],
        ['region=eu', 'eu-2'],
        ['rest', 'us-1'],
      ],
      [],
    ]);
    expect(plan('tier=x\nrest')).toEqual([[['rest', 'eu-1', 'eu-2', 'us-1']], ['tier=x']]);
  });

  test('a target in none is refused, and rest anywhere but at the end', () => {
    expect(plan('tier=canary')).toContain('eu-2 and 1 other target would be in no wave');
    expect(plan('rest\ntier=canary')).toContain('the last wave');
    expect(plan('rest\nrest')).toContain('each wave once');
    expect(plan('tier')).toContain('or rest');
  });
});
