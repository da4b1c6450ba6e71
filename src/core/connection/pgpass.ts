/** The connection that needs a password. */
interface PasswordQuery {
  /** A host name, an address or a socket directory. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/**
 * The password of the first matching line of a password file (`host:port:database:user:password`), or null. `*` matches
 * anything; `\:` and `\\` are an escaped colon and backslash; a line that starts with `#` is a comment; lines without
 * all five fields are skipped. `localhost` also matches the default socket directories, as in libpq.
 */
export function findPassword(text: string, query: PasswordQuery): string | null {
  const host = usualSocketDirectories.includes(query.host) ? 'localhost' : query.host;
  const wanted = [host, String(query.port), query.database, query.user];
  for (const line of text.split(/\r?\n/)) {
    const [, ...fields] = line.startsWith('#') ? [] : (fiveFields.exec(line) ?? []);
    if (wanted.every((value, at) => fits(fields[at], value))) return unescape(fields[4] ?? '');
  }
  return null;
}

/** True when group or others have access to a file with this mode; neither libpq nor pgm reads passwords from it. */
export function isOpenToOthers(mode: number): boolean {
  return (mode & 0o077) !== 0;
}

const usualSocketDirectories = ['/tmp', '/var/run/postgresql', '/run/postgresql'];

/** Four patterns, still escaped so that `\*` is not `*`, and the password, which may contain more colons. */
const fiveFields = /^((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):((?:\\.|[^:\\])*):(.*)$/;

function fits(pattern: string | undefined, value: string): boolean {
  return pattern !== undefined && (pattern === '*' || unescape(pattern) === value);
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}
