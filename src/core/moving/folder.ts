/** A file of another tool's folder. */
export interface FolderFile {
  /** From the directory that was given, with `/`; `../` for one above it. */
  readonly path: string;
  /** Null for a file that nobody needs to read, or that cannot be read. */
  readonly bytes: Uint8Array | null;
  /** Why a file in SQL cannot be read. */
  readonly fault?: string;
}

/** The directory that an import writes to. */
export interface TargetTree {
  /** The content of a file in it, or null if there is none. Throws `ConfigurationError`. */
  read(path: string): Uint8Array | null;
  /** Writes all files or none; none of them may be there. Throws `NotCopied`. */
  write(files: ReadonlyMap<string, Uint8Array>): void;
}
