import type { ConfigFiles, Environment, Given } from '../../core/connection/given.js';
import type { Embedded } from '../../core/embedded.js';

/** Everything that says how to connect, as given: flags and variables, or the options of a program. */
export interface Asked {
  readonly request: ConnectionRequest;
  /** Sentences, each once, in the order they were found. */
  readonly problems: Set<string>;
  readonly warnings: Set<string>;
  /** The connection string for what is not given; null: then only the host is known. */
  readonly usualUrl: string | null;
  /** How messages name the connection string. */
  readonly urlName: string;
  /** Whether libpq's variables are read, so that the advice may name one. */
  readonly readsVariables: boolean;
  /** The unparsed value; null if not given. */
  readonly given: (what: 'databaseUrl' | 'databaseUrlFile' | 'host' | 'port') => Given | null;
  /** The rest is checked: a wrong value becomes a problem. */
  readonly embedded: () => Embedded;
  readonly maintenanceDatabase: () => string | null;
  readonly connectTimeoutMs: () => number | null;
}

interface ConnectionRequest extends ConfigFiles {
  readonly env: Environment;
  /** Empty if there is none. */
  readonly homedir: string;
  /** For a connection string that names no user; null if there is none. */
  readonly username: string | null;
}
