import { describe, expect, test } from 'vitest';
import { orderGroups } from '../../../src/core/schema/order-groups.js';
import type { Group, Statement } from '../../../src/core/schema/parts/statements.js';

const statement = (text: string, needs: readonly string[], standIn?: string): Statement => ({
  text,
  needs,
  makes: [text],
  ...(standIn === undefined ? {} : { standIn }),
});

const group = (identity: string, ...statements: readonly Statement[]): Group => ({
  part: 'schema',
  schema: 's',
  rank: 1,
  identity,
  statements,
});

const ordered = (...groups: readonly Group[]): readonly string[] =>
  orderGroups(groups).flatMap(({ statements }) => statements);

describe('groups of statements', () => {
  test('come by their names, whatever their order was', () => {
    expect(ordered(group('b', statement('b', [])), group('a', statement('a', [])))).toEqual([
      'a',
      'b',
    ]);
  });

  test('come behind what they need, as a whole', () => {
    const a = group('a', statement('a', ['c']), statement('a too', []));
    const c = group('c', statement('c', []), statement('c too', []));
    expect(ordered(a, group('b', statement('b', [])), c)).toEqual([
      ...['c', 'c too', 'a', 'a too', 'b'],
    ]);
  });

  test('that need each other keep together but for what has to wait', () => {
    const a = group('a', statement('a', []), statement('a needs b', ['b']));
    const b = group('b', statement('b', ['a']));
    expect(ordered(a, b)).toEqual(['a', 'b', 'a needs b']);
  });

  test('do not wait for what nothing makes', () => {
    expect(ordered(group('a', statement('a', ['elsewhere'])))).toEqual(['a']);
  });

  test('in a circle with a view begin with a stand-in for it', () => {
    const view = group('v', statement('CREATE VIEW v', ['f'], 'CREATE VIEW v AS SELECT NULL'));
    expect(ordered(view, group('f', statement('f', ['CREATE VIEW v'])))).toEqual([
      ...['CREATE VIEW v AS SELECT NULL', 'f', 'CREATE OR REPLACE VIEW v'],
    ]);
  });

  test('that belong to the end come after the last of a circle', () => {
    const view = group('v', statement('CREATE VIEW v', ['f'], 'CREATE VIEW v AS SELECT NULL'));
    const privileges = group('privileges', statement('ALTER DEFAULT PRIVILEGES', []));
    const circle = [view, group('f', statement('f', ['CREATE VIEW v']))];
    expect(ordered({ ...privileges, part: 'end' }, ...circle).at(-1)).toBe(
      'ALTER DEFAULT PRIVILEGES',
    );
  });

  test('in a circle of anything else are told as a comment, line by line', () => {
    expect(
      ordered(group('a', statement('a\nb', ['c'])), group('c', statement('c', ['a\nb']))),
    ).toEqual([
      '-- not loadable: c: it and what it needs need each other\n--   c',
      '-- not loadable: a\\nb: it and what it needs need each other\n--   a\n--   b',
    ]);
  });
});
