/** A file of another tool's folder. */
export interface FolderFile {
  /** Relative to the given directory, with `/`; `../` for one above it. */
  readonly path: string;
  /** Null for a file that need not be read, or cannot be. */
  readonly bytes: Uint8Array | null;
  /** Why an SQL file cannot be read. */
  readonly fault?: string;
}

/** The directory that an import writes to. */
export interface TargetTree {
  /** The content of a file in it, or null if there is none. Throws `ConfigurationError`. */
  read(path: string): Uint8Array | null;
  /** Writes all files or none; none of them may exist. Throws `NotCopied`. */
  write(files: ReadonlyMap<string, Uint8Array>): void;
}
