import { expect, test } from 'vitest';
import { compareCatalogs, objectOf } from '../../../src/core/catalog/compare-catalogs.js';
import { readCatalog } from '../../../src/db/catalog/read-catalog.js';
import { mutations } from './mutations.js';
import { major, useEverything } from './use-everything.js';

const { client, whole } = useEverything();

test.each(mutations(major))(
  'a catalog shows that %s is changed by: %s',
  async (name, statement) => {
    await client().run('begin');
    try {
      await client().run(statement);
      const changed = compareCatalogs(whole(), await readCatalog(client(), 'pgm', true));
      const names = changed.map(objectOf).map(({ kind, identity }) => `${kind} ${identity}`);
      expect(names).toContain(name);
    } finally {
      await client().run('rollback');
    }
  },
);
