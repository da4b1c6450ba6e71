import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SourceMissing } from '../../core/errors.js';
import type { Snapshot } from '../../core/files/migration.js';
import { short } from '../../core/text/words.js';
import { type ReadOptions, readSource } from '../read-source.js';
import { readBlobs } from './blobs.js';
import { GitFailed, isShallow, openRepository, type Repository } from './repository.js';

/** A source as it was in a commit. */
export interface CommittedSource {
  /** `main (0123456789ab)` */
  readonly name: string;
  readonly snapshot: Snapshot;
}

/**
 * Reads a directory as it was in a commit. It is written to a temporary directory, read there like every source, and removed.
 * A directory that did not exist yet counts as empty. Throws `SourceMissing`.
 */
export async function readCommit(
  directory: string,
  ref: string,
  options: ReadOptions,
): Promise<CommittedSource> {
  const repository = await openRepository(directory);
  const commit = await resolveCommit(repository, ref);
  const copy = mkdtempSync(join(tmpdir(), 'pgm-since-'));
  try {
    await writeOut(repository, await listTree(repository, commit), copy);
    return { name: `${ref} (${short(commit)})`, snapshot: await readSource(copy, options) };
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

async function resolveCommit(repository: Repository, ref: string): Promise<string> {
  try {
    const answer = await repository.run(['rev-parse', '--verify', '--quiet', `${ref}^{commit}`]);
    return answer.toString().trim();
  } catch (error) {
    if (!(error instanceof GitFailed)) throw error;
    const more = (await isShallow(repository))
      ? 'this clone is shallow, so older commits and other branches may be missing: fetch them with git fetch --unshallow (fetch-depth: 0 for actions/checkout)'
      : 'name a commit, a tag or a branch that git log shows';
    throw new SourceMissing(repository.directory, `git knows no commit ${ref} here; ${more}`);
  }
}

interface TreeFile {
  readonly path: string;
  readonly id: string;
  readonly isLink: boolean;
}

/** The files of the directory in a commit; submodules have none. */
async function listTree(repository: Repository, commit: string): Promise<readonly TreeFile[]> {
  const { prefix } = repository;
  const where = prefix === '' ? [] : ['--', prefix];
  const output = await repository.run(['ls-tree', '-r', '-z', '--full-tree', commit, ...where]);
  return output
    .toString()
    .split('\0')
    .flatMap((entry) => {
      // `<mode> <kind> <id>`, a tab, the path.
      const tab = entry.indexOf('\t');
      const [mode, kind, id = ''] = entry.slice(0, tab).split(' ');
      const path = entry.slice(tab + 1 + prefix.length);
      return kind === 'blob' ? [{ path, id, isLink: mode === '120000' }] : [];
    });
}

/** Links come last, so that nothing is written through one. */
async function writeOut(
  repository: Repository,
  files: readonly TreeFile[],
  to: string,
): Promise<void> {
  const sorted = [
    ...files.filter(({ isLink }) => !isLink),
    ...files.filter(({ isLink }) => isLink),
  ];
  const contents = await readBlobs(
    repository,
    sorted.map(({ id }) => id),
  );
  for (const [at, { path, isLink }] of sorted.entries()) {
    const content = contents[at] ?? Buffer.alloc(0);
    const file = join(to, path);
    mkdirSync(dirname(file), { recursive: true });
    if (isLink) symlinkSync(content.toString(), file);
    else writeFileSync(file, content);
  }
}
