import { nameOf } from '../catalog/catalog.js';
import { type Difference, objectOf } from '../catalog/compare-catalogs.js';
import { maskedExcerpt } from '../failure/explain/explain-failure.js';
import type { MigrationKey } from '../files/migration.js';
import type { IgnoreProblem } from '../statements/take-back.js';
import { placeAt } from '../text/position.js';
import { changeOf, failureFinding, findingOf, listed, type ReadFile } from './findings.js';
import type { Finding } from './proof.js';
import type { FailedPart } from './database/proof-database.js';

/** A finding about a line `-- pgm:ignore`, which is shown unmasked: it is meant for pgm, like a flag. */
export function ignoreFinding(file: ReadFile, problem: IgnoreProblem): Finding {
  const { rule, message, advice, start } = problem;
  const place = placeAt(file.text, start);
  // What only looks like such a line, inside a string or a block comment, has no range of its own.
  const others = file.literals.filter((each) => each.start !== start);
  const excerpt = maskedExcerpt(file.text, start, others);
  return { ...findingOf(rule, message), place, excerpt, advice };
}

/** A finding about a file that is applied and no longer in the source. `objects`: what remains because of it. */
export function deletedFinding(objects: readonly Difference[]): Finding {
  const left = objects.length === 0 ? '' : `: ${names(objects)}`;
  return {
    ...findingOf(
      'deleted-file',
      `it is no longer in the source: where it was applied, what it made stays${left}`,
    ),
    advice: 'to undo what it made, write a new file that does',
    objects: objects.map(changeOf),
  };
}

/** The same for a file whose text is in the source under another name. */
export function renamedFinding(heir: MigrationKey): Finding {
  return {
    ...findingOf(
      'renamed-file',
      `it is now ${heir}: where it was applied, it runs again under the new name, and pgm status lists the old one as missing`,
    ),
    advice: 'keep the name of a file that was applied anywhere',
  };
}

/** A finding about how a database that had an older version of the files differs in the end. */
export function differenceFinding(base: string, objects: readonly Difference[]): Finding {
  const part = (wanted: Difference['kind'], words: string): readonly string[] => {
    const some = objects.filter(({ kind }) => kind === wanted);
    return some.length === 0 ? [] : [`${words} ${names(some)}`];
  };
  const parts = [
    ...part('removed', 'it lacks'),
    ...part('added', 'it still has'),
    ...part('changed', 'it has another'),
  ];
  return {
    ...findingOf(
      'differs-from-new',
      `where the files of ${base} were applied before, the database differs from a new one: ${parts.join('; ')}`,
    ),
    advice:
      'an edited file runs again over what its older text made: leave the file as it was, and change that in a new file',
    objects: objects.map(changeOf),
  };
}

/** A finding about a file that is applied, and would fail where it is not. */
export function failsOnNewFinding(file: ReadFile, part: FailedPart): Finding {
  const finding = failureFinding('fails-first-time', file, part);
  return { ...finding, message: `on a new database, it fails: ${finding.message}` };
}

function names(objects: readonly Difference[]): string {
  return listed(objects.map(objectOf).map(nameOf));
}
