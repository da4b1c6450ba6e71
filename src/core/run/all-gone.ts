import { printable } from '../files/names.js';
import { count } from '../text/words.js';
import type { MigrationStanding } from './compare.js';

/** How many applied migrations each schema lost, if the source no longer has any; otherwise null. */
export function allGone(
  statuses: readonly Pick<MigrationStanding, 'schema' | 'state'>[],
): ReadonlyMap<string, number> | null {
  if (statuses.length === 0 || statuses.some(({ state }) => state !== 'missing')) return null;
  const lost = new Map<string, number>();
  for (const { schema } of statuses) lost.set(schema, (lost.get(schema) ?? 0) + 1);
  return lost;
}

/** `all 3 applied files are gone from the source: aws 2, gcp 1; an emptied or deleted ConfigMap?` */
export function goneInWords(lost: ReadonlyMap<string, number>): string {
  const schemas = [...lost].map(([schema, files]) => `${printable(schema)} ${files}`);
  const files = [...lost.values()].reduce((sum, each) => sum + each, 0);
  const what = files === 1 ? 'the one applied file is' : `all ${count(files, 'applied file')} are`;
  return `${what} gone from the source: ${schemas.join(', ')}; an emptied or deleted ConfigMap?`;
}
