import { beforeAll, describe, expect, test } from 'vitest';
import { testServer } from '../support/server.js';
import { type BackfillCase, backfillCases } from './backfill-cases.js';
import {
  castOf,
  filledRows,
  type FilledRows,
  insertOld,
  type Story,
  tellBackfill,
} from './backfill-story.js';
import { withOwnedDatabase } from './owned-database.js';
import { arrivalOf, pactSchemas } from './pact-files.js';
import { listedTables } from './pact-tables.js';

/**
 * What filling makes of the cases; `otherwise` is the environment where the metadata names none. 77 is what was inserted:
 * filling is not the writer's update.
 */
function expected(cases: readonly BackfillCase[], otherwise: string | null): FilledRows {
  return Object.fromEntries(
    cases.map(({ name, environment, location }) => [
      name,
      { environment: environment ?? otherwise, location, updated_at: '77' },
    ]),
  );
}

/** Distinct, without null, by code point, as the databases of the tests sort. */
function distinct(values: readonly (string | null)[]): readonly string[] {
  const said = new Set(values.filter((value) => value !== null));
  return [...said].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}

describe.each(listedTables)('$name, with rows older than the columns', (at) => {
  const { old, setBySomebody, late, stragglers } = castOf(at);
  const early = [...old, setBySomebody];
  let story: Story;

  beforeAll(() =>
    withOwnedDatabase(async ({ sql }) => {
      story = await tellBackfill(sql, at);
    }),
  );

  test('each is filled from its metadata and left null where that says nothing; what somebody set is kept', () => {
    expect(story.filled).toEqual(expected(early, null));
  });

  test('the functions list what was filled: distinct, sorted, without null', () => {
    expect(story.environments).toEqual(distinct(early.map(({ environment }) => environment)));
    expect(story.locations).toEqual(distinct(early.map(({ location }) => location)));
  });

  test('rows written between the fill and the checks are filled too', () => {
    expect(story.end).toMatchObject(expected([...late, ...stragglers], 'default'));
  });

  test('in the end each has an environment, "default" where its metadata names none', () => {
    expect(story.end).toEqual(expected([...early, ...late, ...stragglers], 'default'));
  });

  test('a second pass changes nothing', () => {
    expect(story.secondPassPrint).toEqual(story.endPrint);
  });
});

const turkish = `locale_provider icu icu_locale 'tr-TR' locale 'C'`;

test('names in capital letters are found in a Turkish database too, where lower(I) is not i', async ({
  skip,
}) => {
  if (Number(testServer().version) < 15)
    skip('a database with an ICU locale came with PostgreSQL 15');
  await withOwnedDatabase(async ({ sql }) => {
    expect(await sql`select lower('I') as lower`).toEqual([{ lower: 'ı' }]);
    for (const schema of pactSchemas) {
      const cases = backfillCases[schema].filter(({ name }) => name === 'capital letters');
      const tables = listedTables.filter((at) => at.schema === schema);
      const arrival = arrivalOf(sql, schema);
      await arrival.before('add_environment_and_location_columns');
      for (const at of tables) await insertOld(sql, at, cases);
      await arrival.rest();
      for (const at of tables) {
        expect(await filledRows(sql, at), at.name).toEqual(expected(cases, null));
      }
    }
  }, turkish);
});
