/**
 * The floor: reads the files and sends each as one message, without waiting for the answer of the one before, all in one
 * transaction; keeps no history. With `again`: reads and hashes the files and sends the server one query.
 */
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import postgres from 'postgres';

const [directory, again] = process.argv.slice(2);
const sql = postgres(process.env.DATABASE_URL, {
  max: 1,
  max_pipeline: 1_000,
  fetch_types: false,
  onnotice: () => undefined,
});
const texts = readdirSync(directory)
  .sort()
  .map((name) => readFileSync(join(directory, name), 'utf8'));
if (again === 'again') {
  for (const text of texts) createHash('sha256').update(text).digest();
  await sql.unsafe('select 1').simple();
} else {
  const whole = texts.length === 1 ? texts : ['begin', ...texts, 'commit'];
  await Promise.all(whole.map((text) => sql.unsafe(text).simple()));
}
await sql.end();
