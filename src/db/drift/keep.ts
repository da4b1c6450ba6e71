import { gzipSync } from 'node:zlib';
import { documentOfExpected, type ToKeep } from '../../core/drift/kept-catalog.js';
import { identifier, literal } from '../wire/quote.js';
import type { CatalogContext } from './catalog-questions.js';

/** How many documents are kept. */
const mostKept = 5;

/** In one transaction, which does not wait for the disk: what a server crash undoes is kept again. */
export async function keep(
  { client, schema, runner }: CatalogContext,
  kept: ToKeep,
): Promise<boolean> {
  const table = `${identifier(schema)}.catalogs`;
  const rows = await client.run(`set local synchronous_commit = off;
insert into ${table} (id, revision, fingerprint, document, mark, progress, transaction_id, reader, ignored, has_drift, kept_by, pgm_version)
select ${kept.id}, ${literal(kept.revision)}, ${literal(kept.fingerprint)}, ${documentOf(kept, table)}, ${literal(kept.mark)},
  ${literal(kept.progress)}, ${kept.transaction}, ${literal(kept.reader)}, array[${kept.ignored.map(literal).join(', ')}]::text[],
  ${String(kept.hasDrift)}, session_user || ${literal(`@${runner.host}`)}, ${literal(runner.version)}
on conflict do nothing returning true as kept;
delete from ${table} where id <= ${kept.id - mostKept}`);
  return rows.flat().some((row) => row['kept'] === true);
}

function documentOf({ expected, id }: ToKeep, table: string): string {
  if (expected === null) return `(select document from ${table} where id = ${id - 1})`;
  const zipped = gzipSync(documentOfExpected(expected));
  return `pg_catalog.decode('${zipped.toString('base64')}', 'base64')`;
}
