/** Where the files are. */
export interface SourceConfig {
  readonly directory: string;
  /** `flag --dir`, the variable that names it, or `default`. */
  readonly origin: string;
  /** One phrase for the log: why this directory. */
  readonly reason: string;
  /** The only schemas to use; null for all. */
  readonly schemas: readonly string[] | null;
  readonly allowEmpty: boolean;
}
