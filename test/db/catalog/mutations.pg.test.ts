import { expect, inject, test } from 'vitest';
import { compareCatalogs } from '../../../src/core/catalog/compare-catalogs.js';
import { readCatalog } from '../../../src/db/catalog/read-catalog.js';
import { type Mutation, mutations } from './mutations.js';
import { kindsReadInOwnWay } from './own-way.js';
import { changedNames, major, useEverything } from './use-everything.js';

const { client, whole } = useEverything();

/**
 * All on the first version. On the last one test/schema/mutations.pg.test.ts has the same, with the schema that is printed
 * of each. Between them: what is read neither as on the first nor as on the last, and what the first has no statement for.
 */
function tried(): readonly Mutation[] {
  const first = Number(inject('firstVersion'));
  const before = new Set(mutations(first).map(([, statement]) => statement));
  return mutations(major).filter(
    ([changes, statement]) =>
      major === first || kindsReadInOwnWay.test(changes) || !before.has(statement),
  );
}

test.each(tried())('a catalog shows that %s is changed by: %s', async (name, statement) => {
  await client().run('begin');
  try {
    await client().run(statement);
    const changed = compareCatalogs(whole(), await readCatalog(client(), 'pgm', true));
    expect(changedNames(changed)).toContain(name);
  } finally {
    await client().run('rollback');
  }
});
