import type { FoundContents } from '../../core/proof/live-base.js';
import type { Copies } from '../../kubernetes/read-copies.js';
import type { CommittedSource } from '../../source/git/read-commit.js';
import type { LiveSchema } from '../../core/schema/parts/reading.js';
import type { ServerConfig } from '../connection/choose-server.js';
import { openSource, thisRunner } from './compose.js';
import type { SourceConfig } from './source-config.js';

/** A source as it was in a commit of git. Throws `SourceMissing`. */
export async function readCommit(
  { directory, schemas }: SourceConfig,
  commit: string,
  historySchema: string,
): Promise<CommittedSource> {
  const { readCommit: read } = await import('../../source/git/read-commit.js');
  return read(directory, commit, { schemas, reserved: [historySchema] });
}

/** Looks for texts of files in the commits of git, by their checksums. */
export async function findContents(
  { directory }: SourceConfig,
  checksums: readonly string[],
): Promise<FoundContents> {
  const { findContents: find } = await import('../../source/git/find-contents.js');
  return find(directory, checksums);
}

/** The snapshot of a source together with the bytes of its files. Throws `SourceMissing`. */
export async function copySource(config: SourceConfig, historySchema: string): Promise<Copies> {
  const { readCopies } = await import('../../kubernetes/read-copies.js');
  return readCopies(openSource(config, historySchema));
}

/** Opens what reads the catalog of an existing database. */
export async function openLive({
  server,
  historySchema,
}: Pick<ServerConfig, 'server' | 'historySchema'>): Promise<LiveSchema> {
  if (server.kind !== 'running') throw new Error('an embedded server has no database of its own');
  const { openLiveSchema } = await import('../../db/live-schema.js');
  return openLiveSchema({ settings: server.settings, historySchema, runner: thisRunner() });
}

/** Adapters that only one command uses. */
export const adapters = {
  ask: () => import('../../http/ask.js'),
  grammar: () => import('../../sql/grammar/open-grammar.js'),
  targets: () => import('../../source/targets/read-targets.js'),
  names: () => import('../../db/read-names.js'),
  linter: () => import('../../lint/open-linter.js'),
  subPath: () => import('../../source/find-sub-path.js'),
  overlap: () => import('../../kubernetes/overlap.js'),
  readFolder: () => import('../../source/read-folder.js'),
  writeTree: () => import('../../source/write-tree.js'),
  parseConfigMaps: () => import('../../kubernetes/parse-configmaps.js'),
  writableTree: () => import('../../source/writable-tree.js'),
  prepareTree: () => import('../../kubernetes/prepare-tree.js'),
};
