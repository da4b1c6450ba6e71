import { SourceMissing } from '../../core/errors.js';
import { checksumOf, decode, findFault } from '../../core/files/text.js';
import type { FoundContents } from '../../core/proof/live-base.js';
import { readBlobs } from './blobs.js';
import { GitFailed, isShallow, openRepository, type Repository } from './repository.js';

/**
 * The texts with these checksums, from every commit that a branch, a tag or HEAD reaches: of files that were in the
 * directory, whatever their names, and if that is not enough, of all files that end in `.sql`, as the directory may have
 * moved. If git cannot tell, they are reported as not found, with what would help.
 */
export async function findContents(
  directory: string,
  checksums: readonly string[],
): Promise<FoundContents> {
  const texts = new Map<string, string>();
  try {
    const repository = await openRepository(directory);
    const seen = new Set<string>();
    for (const where of [['--', '.'], []]) {
      if (texts.size === checksums.length) break;
      const blobs = (await listBlobs(repository, where)).filter((id) => !seen.has(id));
      for (const id of blobs) seen.add(id);
      await search(repository, blobs, checksums, texts);
    }
    return (await isShallow(repository)) ? { texts, ...shallow } : { texts, ...complete };
  } catch (error) {
    if (!(error instanceof SourceMissing) && !(error instanceof GitFailed)) throw error;
    return { texts, because: error.message, advice: null };
  }
}

/** The objects of files that commits added or changed, the newest first. A merge may have changed files of its own. */
async function listBlobs(
  repository: Repository,
  where: readonly string[],
): Promise<readonly string[]> {
  const output = await repository.run([
    ...['-c', 'log.showRoot=true', '-c', 'diff.ignoreSubmodules=all'],
    ...['log', '--all', '-m', '--format=', '--no-show-signature'],
    ...['--raw', '--no-abbrev', '--no-renames', '--no-relative', '--no-ext-diff', '-z'],
    ...where,
  ]);
  const entries = output.toString().split('\0');
  const ids = new Set<string>();
  for (const [at, entry] of entries.entries()) {
    // `:<old mode> <mode> <old id> <id> <status>`, and the path behind it.
    const [, id] = /^\n*:\d+ 100\d+ [0-9a-f]+ ([0-9a-f]+) [A-Z]$/.exec(entry) ?? [];
    if (id !== undefined && entries[at + 1]?.endsWith('.sql') === true) ids.add(id);
  }
  return [...ids];
}

async function search(
  repository: Repository,
  ids: readonly string[],
  wanted: readonly string[],
  texts: Map<string, string>,
): Promise<void> {
  const left = new Set(wanted.filter((checksum) => !texts.has(checksum)));
  for (let at = 0; at < ids.length && left.size > 0; at += atOnce) {
    for (const bytes of await readBlobs(repository, ids.slice(at, at + atOnce))) {
      if (findFault(bytes) !== null) continue;
      const text = decode(bytes);
      const checksum = checksumOf(text);
      if (left.delete(checksum)) texts.set(checksum, text);
    }
  }
}

/** How many are in memory at the same time. */
const atOnce = 64;

const shallow = {
  because: 'this clone is shallow, so older commits and other branches may be missing',
  advice: 'fetch them with git fetch --unshallow (fetch-depth: 0 for actions/checkout)',
} as const;

const complete = { because: null, advice: null } as const;
