import type { SqlText } from './sql-text.js';

/** `schema/filename`, e.g. `gcp/001_create_schema.sql`: what names a migration in the history, in flags and on screen. */
export type MigrationKey = string;

/** One SQL file, read. */
export interface Migration {
  readonly key: MigrationKey;
  readonly schema: string;
  readonly filename: string;
  /** The digits the filename starts with, as written (`007`); ordered as a number of any length. */
  readonly number: string;
  /** sha256 (hex) of the canonical text: see `checksumOf`. */
  readonly checksum: string;
  /** The text as it goes to the server: what the file holds, without a byte order mark. */
  readonly sql: SqlText;
  /** Path of the file below the source, for messages: `gcp/001_x.sql` in a tree, `gcp_001_x.sql` in a ConfigMap. */
  readonly path: string;
}

/** A file that can never become a migration as it stands; the others run all the same. */
export interface RefusedFile {
  readonly path: string;
  /** Null when the path names no migration. */
  readonly key: MigrationKey | null;
  readonly schema: string | null;
  /** What is wrong and what to do, one sentence, no secrets. */
  readonly reason: string;
  /** Where in the file, for bad bytes; 0-based. */
  readonly byteOffset: number | null;
}

/**
 * What a source adapter found under one name, before anybody looked at its meaning. Bytes of a long file are kept by what
 * is made of them, and must not change any more.
 */
export type SourceEntry =
  | { readonly kind: 'file'; readonly path: string; readonly bytes: Uint8Array }
  | { readonly kind: 'refused'; readonly path: string; readonly reason: string }
  | { readonly kind: 'ignored'; readonly path: string };

/** All migrations of a source, read at one instant. */
export interface Snapshot {
  /** sha256 (hex) over keys, checksums and refusals: equal revisions mean equal work. */
  readonly revision: string;
  /** In the order in which they are applied. */
  readonly migrations: readonly Migration[];
  readonly refused: readonly RefusedFile[];
  /** Paths that are no migrations: dotfiles, anything that does not end in `.sql`. */
  readonly ignored: readonly string[];
  /** What `--schemas` leaves out, so that it is never silent. */
  readonly leftOut: readonly { readonly schema: string; readonly files: number }[];
  /** Things a person should know that stop nothing (two files with one number, an empty file). */
  readonly warnings: readonly string[];
  /** True when ordering numbers as numbers gives another order than comparing the paths byte by byte. */
  readonly orderDiffersFromBytes: boolean;
  /** Which swap of a mount this is (the target of `..data`), or null for a plain tree. */
  readonly generation: string | null;
  /** When that swap was, in milliseconds since 1970 by the clock of this machine; null for a plain tree. */
  readonly swappedAt: number | null;
}
