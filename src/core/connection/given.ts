/** What a person set: the text without blanks around it, and the flag, variable or option it came from. */
export interface Given {
  readonly text: string;
  readonly origin: string;
}

/** Variables by name; an empty one counts as not set. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** What finding out how to connect needs of a file system. All reject with Node's errors. */
export interface ConfigFiles {
  readonly exists: (path: string) => Promise<boolean>;
  readonly readFile: (path: string) => Promise<string>;
  /** The permission bits of a file, e.g. 0o600; links are followed. */
  readonly fileMode: (path: string) => Promise<number>;
}
