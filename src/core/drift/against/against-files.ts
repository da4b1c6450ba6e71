import type { MigrationKey } from '../../files/migration.js';
import type { SchemaReading } from '../../schema/parts/reading.js';
import { type DriftItem, driftOf } from '../drift.js';
import { onEqualTerms } from './equal-terms.js';
import { type ForeignHistory, withoutHistories } from '../foreign-history.js';
import type { IsIgnored } from '../ignored.js';

/** What files create in a new database. */
export interface MadeByFiles {
  readonly reading: SchemaReading;
  /** The file that wrote each object last, in the order of the catalog; null where that is not known. */
  readonly by: readonly (MigrationKey | null)[];
  /** `18.4` */
  readonly serverVersion: string;
}

/** How a live database differs from what its files create. */
interface AgainstFiles {
  readonly items: readonly DriftItem[];
  readonly histories: readonly ForeignHistory[];
  readonly unseen: readonly string[];
}

/** The one comparison of a live database with what its files create, whoever applied them there. */
export function compareWithFiles(
  { reading, by }: MadeByFiles,
  live: SchemaReading,
  isIgnored: IsIgnored,
): AgainstFiles {
  const fair = onEqualTerms(reading, live);
  const objects = fair.made.objects.map((object, at) => ({ ...object, by: by[at] ?? null }));
  return { ...withoutHistories(driftOf({ objects }, fair.live, isIgnored)), unseen: fair.unseen };
}
