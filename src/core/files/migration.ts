/** `schema/filename`, e.g. `gcp/001_create_schema.sql`: identifies a migration everywhere. */
export type MigrationKey = string;

/** One SQL file and its content. */
export interface Migration {
  readonly key: MigrationKey;
  readonly schema: string;
  readonly filename: string;
  /** The digits at the start of the filename, as written (`007`). */
  readonly number: string;
  /** sha256 (hex) of the canonical text: see `checksumOf`. */
  readonly checksum: string;
  /** The text as it is sent to the server: the content of the file without a byte order mark. */
  readonly sql: string;
  /** Path relative to the source, for messages: `gcp/001_x.sql` in a tree, `gcp_001_x.sql` in a ConfigMap. */
  readonly path: string;
}

/** A file that cannot be used as a migration until somebody changes it; the others are applied anyway. */
export interface RefusedFile {
  readonly path: string;
  /** Null when the path names no migration. */
  readonly key: MigrationKey | null;
  readonly schema: string | null;
  /** What is wrong and what to do, in one sentence without secrets. */
  readonly reason: string;
  /** Offset of the first invalid byte, 0-based; null for other reasons. */
  readonly byteOffset: number | null;
}

/** What a source adapter found under one name, before the name and the content are interpreted. */
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
  /** Paths that are not migrations: dotfiles and everything that does not end in `.sql`. */
  readonly ignored: readonly string[];
  /** What `--schemas` leaves out, so that it can be reported. */
  readonly leftOut: readonly { readonly schema: string; readonly files: number }[];
  /** Things a person should know about that do not stop a run (two files with one number, an empty file). */
  readonly warnings: readonly string[];
  /** True when the order of the numbers differs from comparing the paths byte by byte. */
  readonly orderDiffersFromBytes: boolean;
  /** The generation of the mount (the target of `..data`), or null for a plain directory. */
  readonly generation: string | null;
  /** When the kubelet swapped in that generation, in milliseconds since 1970; null for a plain directory. */
  readonly swappedAt: number | null;
}
