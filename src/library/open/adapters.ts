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

// Adapters that only some commands use: each one separate, so that a bundle contains only what it needs.
export const ask = () => import('../../http/ask.js');
export const grammar = () => import('../../sql/grammar/open-grammar.js');
export const targets = () => import('../../source/targets/read-targets.js');
export const names = () => import('../../db/read-names.js');
export const linter = () => import('../../lint/open-linter.js');
export const subPath = () => import('../../source/find-sub-path.js');
export const overlap = () => import('../../kubernetes/overlap.js');
export const readFolder = () => import('../../source/read-folder.js');
export const writeTree = () => import('../../source/write-tree.js');
export const parseConfigMaps = () => import('../../kubernetes/parse-configmaps.js');
export const writableTree = () => import('../../source/writable-tree.js');
export const prepareTree = () => import('../../kubernetes/prepare-tree.js');
