import { printable } from '../../../../core/files/names.js';
import { allGone, goneInWords } from '../../../../core/run/all-gone.js';
import type { MigrationStanding } from '../../../../core/run/compare.js';
import { mostTold, type Sentence, slotOf, warn } from '../sentence.js';

/**
 * What was applied and is no longer in the source. When nothing is left there, that is one message, however many files there
 * were. Else the first ones are named and the others counted: after a folder was tidied up, each run would list every file
 * that it ever had.
 */
export function goneFromSource(
  statuses: readonly MigrationStanding[],
  missing: readonly MigrationStanding[],
): readonly Sentence[] {
  const lost = allGone(statuses);
  if (lost !== null) {
    const facts = { files: missing.length, schemas: Object.fromEntries(lost) };
    const about = { slot: slotOf('missing'), aspect: 'all-migrations-missing', facts } as const;
    return [warn(goneInWords(lost), about)];
  }
  return [...missing.slice(0, mostTold).map(gone), ...more(missing.length - mostTold)];
}

function gone({ key }: MigrationStanding): Sentence {
  return warn(`${printable(key)} was applied and is no longer in the source`, {
    slot: slotOf('missing', key),
    aspect: 'migration-missing',
    facts: { key },
  });
}

/** No key begins with a blank. */
function more(count: number): readonly Sentence[] {
  const about = {
    slot: slotOf('missing', ' more'),
    aspect: 'more-missing',
    facts: { count },
  } as const;
  return count > 0 ? [warn(`and ${count} more missing: pgm status`, about)] : [];
}
