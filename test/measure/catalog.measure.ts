import { expect, test } from 'vitest';
import { documentOf } from '../../src/core/catalog/catalog.js';
import { readCatalog } from '../../src/db/catalog/read-catalog.js';
import { open } from '../db/catalog/use-everything.js';
import { createDatabase } from '../support/database.js';

const tables = 500;
const mustMs = 1_000;

/** A table as applications have them: ten columns, a key, a foreign key, two indexes, a check, a comment. */
function statementsOf(n: number): string {
  const parent = n === 0 ? '' : ` references t${n - 1} (id)`;
  return `create table t${n} (id bigint generated always as identity primary key, parent_id bigint${parent},
  name text not null default 'x', email text unique, price numeric(10, 2) check (price > 0), tags text[], details jsonb,
  is_open boolean not null default true, created_at timestamptz not null default now(), updated_at timestamptz);
create index on t${n} (parent_id);
create index on t${n} (lower(name)) where is_open;
comment on table t${n} is 'table ${n}';
create view v${n} as select id, name from t${n} where is_open;`;
}

test(`the catalog of ${tables} tables is read in under ${mustMs} ms`, async () => {
  const database = await createDatabase();
  const client = await open(database.name);
  for (let n = 0; n < tables; n += 50) {
    await client.run(Array.from({ length: 50 }, (_, at) => statementsOf(n + at)).join('\n'));
  }
  const took: number[] = [];
  let bytes = 0;
  for (let round = 0; round < 5; round += 1) {
    const started = performance.now();
    bytes = documentOf(await readCatalog(client, 'pgm')).length;
    took.push(performance.now() - started);
  }
  const shown = took.map((ms) => Math.round(ms)).join(', ');
  process.stdout.write(
    `catalog of ${tables} tables: ${shown} ms, document ${Math.round(bytes / 1024)} KiB\n`,
  );
  await client.close();
  await database.drop();
  expect(Math.min(...took)).toBeLessThan(mustMs);
});
