import { ConfigurationError } from '../core/errors.js';
import { type Listing, type NextFile, nextFile, type Wanted } from '../core/new-file/next-file.js';
import { textOfNewFile } from '../core/new-file/skeleton.js';

/** A directory of migrations that can be written to. */
interface WritableTree {
  readonly list: () => Listing;
  /**
   * Writes a new file, whole or not at all. `claim` names the number: of several that want it at once, one gets it, and the
   * others get `taken`. Under the claim `isStillNext` is asked again; `overtaken`: it said no.
   */
  readonly create: (
    file: { readonly path: string; readonly claim: string; readonly text: string },
    isStillNext: (listing: Listing) => boolean,
  ) => 'created' | 'taken' | 'overtaken';
}

/** Writes the next file of a schema. Throws `ConfigurationError` for what pgm, or a ConfigMap, would refuse. */
export function newFile(tree: WritableTree, asked: Omit<Wanted, 'taken'>): NextFile {
  const text = textOfNewFile(asked.schema, asked.name);
  const taken = new Set<string>();
  const wanted = { ...asked, taken };
  for (let attempt = 1; attempt <= mostAttempts; attempt += 1) {
    const next = nextFile(tree.list(), wanted);
    if (next.kind === 'refused') throw new ConfigurationError([next.reason]);
    const { path, number } = next.value;
    const claim = `${asked.schema}-${BigInt(number)}`;
    const outcome = tree.create({ path, claim, text }, (listing) => {
      const again = nextFile(listing, wanted);
      return again.kind === 'accepted' && again.value.path === path;
    });
    if (outcome === 'created') return next.value;
    if (outcome === 'taken') taken.add(number);
  }
  throw new ConfigurationError([
    `no number of ${asked.schema} was free in ${mostAttempts} attempts: remove the files .pgm-new-* there if no pgm new is running`,
  ]);
}

const mostAttempts = 1_000;
