/** Marks a server as ours, in its command line and in the titles of its processes. */
export const clusterName = 'pgm-embedded';

export interface ServerPlan {
  readonly data: string;
  readonly port: number;
  readonly kept: boolean;
  readonly settings: Readonly<Record<string, string>>;
}

/** The command line of `postgres`. Holds no secret: everybody on the machine may read it. */
export function serverArguments({ data, port, kept, settings }: ServerPlan): readonly string[] {
  const all = {
    listen_addresses: '127.0.0.1',
    // No sockets: their path has to be shorter than 107 bytes, which that of the data directory may not be.
    unix_socket_directories: '',
    ...quietLog,
    ...(kept ? {} : withoutDurability),
    ...settings,
    cluster_name: clusterName,
  };
  const pairs = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', data, '-p', String(port), ...pairs];
}

/** Errors of statements go to the client that sent them; here they would only pile up, and hold what the files hold. */
const quietLog = {
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
};

/** The data of a throw-away server is gone anyway when the machine stops. */
const withoutDurability = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Ways to initialise a cluster whose texts sort by code point on every machine, best first; the next one is for systems
 * that do not know the locale. PostgreSQL 17 brings such a locale of its own.
 */
export function localeArguments(major: string): readonly (readonly string[])[] {
  if (Number(major) >= 17) {
    return [['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']];
  }
  return [['--locale=C', '--lc-ctype=C.UTF-8'], ['--locale=C']];
}
