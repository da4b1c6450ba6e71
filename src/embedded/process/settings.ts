/** Marks a server as started by pgm, in its command line and in the titles of its processes. */
export const clusterName = 'pgm-embedded';

interface ServerPlan {
  readonly data: string;
  readonly port: number;
  readonly kept: boolean;
  readonly settings: Readonly<Record<string, string>>;
}

/** The arguments of `postgres`. They contain no secret, because everyone on the machine can read them. */
export function serverArguments({ data, port, kept, settings }: ServerPlan): readonly string[] {
  const groups = [local, quietLog, kept ? {} : withoutDurability, settings, ours];
  const all = new Map(groups.flatMap((group) => Object.entries(group)));
  const pairs = [...all].flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return ['-D', data, '-p', String(port), ...pairs];
}

const local = {
  listen_addresses: '127.0.0.1',
  // No Unix sockets: their paths are limited to 107 bytes, and the data directory may have a longer one.
  unix_socket_directories: '',
};

/** Comes last, so that no setting of the caller replaces it. */
const ours = { cluster_name: clusterName };

/** Clients get the errors of their statements; in the log they would pile up and show the content of files. */
const quietLog = {
  log_min_messages: 'log',
  log_min_error_statement: 'panic',
  log_checkpoints: 'off',
};

/** The data of a throw-away server need not survive a crash of the machine. */
const withoutDurability = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/**
 * Arguments for a cluster that sorts text by code point on every machine, the best first; the next one is for systems
 * that do not have the locale. PostgreSQL 17 has such a locale built in.
 */
export function localeArguments(major: string): readonly (readonly string[])[] {
  if (Number(major) >= 17) {
    return [['--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8']];
  }
  return [['--locale=C', '--lc-ctype=C.UTF-8'], ['--locale=C']];
}
