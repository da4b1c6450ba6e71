import type { ConnectionSettings } from '../../core/connection.js';
import type { CommandName } from './option.js';

/** Everything a command needs to know, read and checked. Holds no password: only functions that fetch one. */
export type Config = { readonly [C in CommandName]: ConfigOf<C> }[CommandName];

/** The configuration of one command. */
export type ConfigOf<C extends CommandName> = Parts[C] & {
  readonly command: C;
  readonly output: OutputConfig;
  readonly labels: Labels;
  /** Oddities that stop nothing, to be told once. */
  readonly warnings: readonly string[];
};

/** What each command has besides output and labels. */
export interface Parts {
  readonly 'ensure-db': ServerConfig;
  readonly migrate: ServerConfig & {
    readonly source: SourceConfig;
    readonly apply: ApplyConfig;
    readonly dryRun: boolean;
    /** `schema/filename`, or its beginning up to the number. */
    readonly to: string | null;
    readonly json: boolean;
  };
  readonly status: ServerConfig & {
    readonly source: SourceConfig;
    readonly onChange: OnChange;
    readonly check: boolean;
    readonly wait: boolean;
    /** At least the beginning of a revision, in small letters. */
    readonly revision: string | null;
    readonly attempts: boolean;
    readonly json: boolean;
  };
  readonly watch: ServerConfig & {
    readonly source: SourceConfig;
    readonly apply: ApplyConfig;
    readonly health: HealthConfig;
    readonly graceMs: number;
    readonly rescanIntervalMs: number;
  };
  readonly baseline: ServerConfig & {
    readonly source: SourceConfig;
    readonly onPooler: 'warn' | 'refuse';
    readonly lockWaitMs: number | null;
    readonly dryRun: boolean;
    /** `schema/filename`, or its beginning up to the number. */
    readonly to: string | null;
  };
  readonly 'serve-health': ServerConfig & {
    readonly source: SourceConfig;
    readonly onChange: OnChange;
    readonly health: HealthConfig;
    readonly rescanIntervalMs: number;
  };
  readonly configmap: {
    readonly source: SourceConfig;
    readonly historySchema: string;
    readonly name: string;
    readonly namespace: string;
    /** Print how the maps are mounted, not the maps. */
    readonly volume: boolean;
    /** The file to compare with; `-` is stdin; null to print. */
    readonly check: string | null;
  };
  readonly prepare: {
    readonly source: SourceConfig;
    readonly historySchema: string;
    readonly target: string;
    readonly sentinel: string;
  };
  readonly probe: ProbeConfig;
}

export interface ProbeConfig {
  readonly question: 'liveness' | 'readiness' | 'health';
  /** At least the beginning of a revision, in small letters; null for the current one. */
  readonly revision: string | null;
  readonly port: number;
  /** Addresses to try, one after the other. */
  readonly hosts: readonly string[];
  readonly timeoutMs: number;
}

export interface ServerConfig {
  readonly server: Server;
  readonly historySchema: string;
  /** How long to wait for PostgreSQL; null is for ever. */
  readonly waitTimeoutMs: number | null;
}

/** The PostgreSQL to work on: one that runs, or one of our own, whose host and port are known once it runs. */
export type Server =
  | { readonly kind: 'running'; readonly settings: ConnectionSettings }
  | {
      readonly kind: 'embedded';
      /** Where its files are kept; null for a server that is thrown away. */
      readonly directory: string | null;
      readonly settings: Omit<ConnectionSettings, 'hosts'>;
    };

export interface SourceConfig {
  readonly directory: string;
  readonly origin: SourceOrigin;
  /** One phrase for the log: why this directory. */
  readonly reason: string;
  /** The schemas to keep to; null for all. */
  readonly schemas: readonly string[] | null;
  readonly allowEmpty: boolean;
}

export type SourceOrigin =
  'flag --dir' | 'PGM_DIR' | 'MIGRATIONS_DIR' | 'CONFIGMAP_PATH' | 'default';

export type OnChange = 'rerun' | 'warn' | 'fail';

export interface ApplyConfig {
  readonly onFailure: 'continue' | 'schema' | 'stop';
  readonly onChange: OnChange;
  readonly onPooler: 'warn' | 'refuse';
  /** How long a statement may wait for a lock; 0 is for ever. */
  readonly lockTimeoutMs: number;
  /** How long to wait for another runner; null is for ever. */
  readonly lockWaitMs: number | null;
}

export interface HealthConfig {
  readonly port: number;
  /** Addresses to listen on: the first that the machine has. */
  readonly addresses: readonly string[];
  readonly readiness: 'applied' | 'attempted';
  readonly exposeStatus: boolean;
}

export interface OutputConfig {
  readonly logFormat: 'auto' | 'text' | 'json';
  readonly color: 'auto' | 'never';
  readonly verbosity: 'quiet' | 'normal' | 'verbose';
  /** The file for the last failure; null is Kubernetes' own, if this is a container's first process. */
  readonly terminationLog: string | null;
}

/** What the place pgm runs in is called. */
export interface Labels {
  readonly namespace: string;
  readonly configMap: string;
}
