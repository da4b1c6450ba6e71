import { describe, expect, test } from 'vitest';
import type { CatalogObject } from '../../../src/core/catalog/catalog.js';
import type { DriftItem } from '../../../src/core/drift/drift.js';
import {
  digestOfDrift,
  driftAsReason,
  driftSeen,
  mostObjects,
} from '../../../src/core/drift/drift-seen.js';
import { maskedDefinition } from '../../../src/core/drift/masked-definition.js';
import { maskedFact } from '../../../src/core/drift/masked-fact.js';

const since = { revision: 'r', keptAt: 't', keptBy: 'pact@pod' };

function objectOf(own: Partial<CatalogObject>): CatalogObject {
  return { kind: 'index', identity: 'a.i', schema: 'a', table: null, facts: {}, ...own };
}

function unknown(own: Partial<CatalogObject>): DriftItem {
  return { kind: 'unknown', object: objectOf(own), live: objectOf(own) };
}

describe('what of drift is kept in memory', () => {
  test('is a hundred objects, tables with what belongs to them, and the number of all', () => {
    const all = Array.from({ length: 150 }, (_, n) => unknown({ identity: `a.${n}` }));
    const table = [
      unknown({ kind: 'table', identity: 'a.t' }),
      unknown({ identity: 'a.t_i', table: 'a.t' }),
    ];
    const seen = driftSeen([...table, ...all], since, 7);
    expect(seen.counts).toEqual({ unknown: 152, missing: 0, different: 0 });
    expect(seen.objects).toHaveLength(mostObjects);
    expect(seen.objects[0]).toMatchObject({ kind: 'table', identity: 'a.t', parts: 1 });
    expect(seen.objects[1]).toMatchObject({ identity: 'a.0', parts: 0 });
  });

  test('is short, whatever the definition, and has nothing of a comment', () => {
    const facts = { definition: 'x'.repeat(5_000), comment: 'secret' };
    const [object] = driftSeen([unknown({ facts })], since, 7).objects;
    expect(object?.facts).toEqual([
      { name: 'definition', expected: null, actual: `${'x'.repeat(600)}…` },
      { name: 'comment', expected: null, actual: '•••' },
    ]);
  });

  test('has both sides of what differs, and the file that made it', () => {
    const item: DriftItem = {
      ...{ kind: 'different', object: objectOf({}), live: objectOf({}), by: 'a/1_x.sql' },
      facts: [{ name: 'default', before: "'s3cret'::text", after: null }],
    };
    expect(driftSeen([item], since, 7).objects[0]).toMatchObject({
      ...{ drift: 'different', file: 'a/1_x.sql' },
      facts: [{ name: 'default', expected: "'•••'::text", actual: null }],
    });
  });
});

test('the same drift has the same digest, and other definitions have another', () => {
  const one = unknown({ facts: { definition: 'x' } });
  const digest = digestOfDrift([one]);
  expect(digestOfDrift([unknown({ facts: { definition: 'x' } })])).toBe(digest);
  expect(digestOfDrift([unknown({ facts: { definition: 'y' } })])).not.toBe(digest);
});

describe('drift as a reason not to be ready', () => {
  test('is the number and the first object', () => {
    expect(driftAsReason(driftSeen([unknown({})], since, 7))).toBe(
      'drift: 1 object is not as the files made it, first index a.i (unknown)',
    );
    expect(driftAsReason(driftSeen([unknown({}), unknown({ identity: 'a.j' })], since, 7))).toBe(
      'drift: 2 objects are not as the files made them, first index a.i (unknown)',
    );
  });

  test('names nothing that may be named after a user', () => {
    const mapping = unknown({ kind: 'user mapping', identity: 'pact on server x', schema: null });
    expect(driftAsReason(driftSeen([mapping], since, 7))).not.toContain('pact');
  });

  test('is none without drift, and before the first look', () => {
    expect(driftAsReason(driftSeen([], since, 7))).toBeNull();
    expect(driftAsReason(null)).toBeNull();
  });
});

describe('a masked definition', () => {
  test.each([
    ["'s3cret'::text", "'•••'::text"],
    ["E'it\\'s s3cret' || 'x'", "'•••' || '•••'"],
    [`select "it's", 's3cret'`, `select "it's", '•••'`],
    ["-- it's\nselect 's3cret'", "-- it's\nselect '•••'"],
    ["/* it's */ select 's3cret'", "/* it's */ select '•••'"],
    ['AS $function$ select $x$s3cret$x$ $function$', "AS $function$ select '•••' $function$"],
    ["AS $procedure$ call a('s3cret') $procedure$", "AS $procedure$ call a('•••') $procedure$"],
    ["'s3cret without an end", "'•••'"],
    ["/* a /* b */ it's */ select 's3cret'", "/* a /* b */ it's */ select '•••'"],
    [
      '\n LANGUAGE plpython3u\nAS $function$\nx = "s3cret" # it\'s\n$function$\n',
      "\n LANGUAGE plpython3u\nAS '•••'\n",
    ],
    [
      '\n LANGUAGE "Own"\n STRICT\nAS $procedure$ s3cret $procedure$\n',
      '\n LANGUAGE "Own"\n STRICT\nAS \'•••\'\n',
    ],
    [
      "\n LANGUAGE plpgsql\nAS $function$ begin return 's3cret'; end $function$",
      "\n LANGUAGE plpgsql\nAS $function$ begin return '•••'; end $function$",
    ],
    ['CHECK ((age >= 0))', 'CHECK ((age >= 0))'],
  ])('%j', (definition, shown) => {
    expect(maskedDefinition(definition)).toBe(shown);
  });
});

describe('a fact as it is shown', () => {
  test.each([
    [
      'values',
      ['app.jwt=s3cret', 'my.Own=s3cret=', 'work_mem=8MB'],
      ['app.jwt=•••', 'my.Own=•••', 'work_mem=8MB'],
    ],
    ['start', '500', '500'],
    ['initial state', '{s3cret}', '•••'],
    ['moving initial state', '{s3cret}', '•••'],
    ['comment', 's3cret', '•••'],
    ['security labels', ['x: s3cret'], '•••'],
    ['options', ['fillfactor=70'], ['fillfactor=70']],
  ] as const)('%s', (name, fact, shown) => {
    expect(maskedFact(name, fact)).toEqual(shown);
  });
});

test('to find what belongs to what, each object is looked at a few times, however many there are', () => {
  let looks = 0;
  const items = Array.from({ length: 1_000 }, (_, n): DriftItem => {
    const object = objectOf({ identity: `a.${n}` });
    Object.defineProperty(object, 'table', {
      get: () => {
        looks += 1;
        return n < 500 ? null : `a.${n - 500}`;
      },
    });
    return { kind: 'unknown', object, live: object };
  });
  expect(driftSeen(items, since, 7).objects[0]).toMatchObject({ identity: 'a.0', parts: 1 });
  expect(looks).toBeLessThan(10 * items.length);
});
