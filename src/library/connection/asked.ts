import type { ConfigFiles, Environment, Given } from '../../core/connection/given.js';
import type { Embedded } from '../../core/embedded.js';

/** Everything that says how to connect, as somebody asks for it: flags and variables, or the options of a program. */
export interface Asked {
  readonly request: ConnectionRequest;
  /** Sentences, each once, in the order in which they were found. */
  readonly problems: Set<string>;
  readonly warnings: Set<string>;
  /** The connection string for what nobody says; null: then only the host is known. */
  readonly usualUrl: string | null;
  /** How messages name the connection string. */
  readonly urlName: string;
  /** Whether libpq's variables count, so that one of them may be the advice. */
  readonly readsVariables: boolean;
  /** What was said, unread; null if nothing was. */
  readonly given: (what: 'databaseUrl' | 'databaseUrlFile' | 'host' | 'port') => Given | null;
  /** The rest is checked: a wrong one becomes a problem. */
  readonly embedded: () => Embedded;
  readonly maintenanceDatabase: () => string | null;
  readonly connectTimeoutMs: () => number | null;
}

interface ConnectionRequest extends ConfigFiles {
  readonly env: Environment;
  /** Empty if there is none. */
  readonly homedir: string;
  /** For a connection string that names no user; null when there is none. */
  readonly username: string | null;
}
