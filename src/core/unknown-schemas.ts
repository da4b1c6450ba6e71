import type { Snapshot } from './files/migration.js';
import { compareBytes } from './files/order.js';
import { didYouMean } from './text/closest.js';

/** A snapshot that warns about each wanted schema without a file, which is not a mistake while a source is empty. */
export function warnOfUnknownSchemas(snapshot: Snapshot, schemas: readonly string[]): Snapshot {
  const { migrations, refused, leftOut } = snapshot;
  const all = [...migrations, ...refused, ...leftOut].flatMap(({ schema }) => schema ?? []);
  const known = [...new Set(all)].sort(compareBytes);
  const unknown = known.length === 0 ? [] : schemas.filter((name) => !known.includes(name));
  const warnings = unknown.map((name) => {
    const advice = didYouMean(name, known, `there are ${known.join(', ')}`);
    return `--schemas names ${name}, and there is no file of that schema; ${advice}`;
  });
  return { ...snapshot, warnings: [...warnings, ...snapshot.warnings] };
}
