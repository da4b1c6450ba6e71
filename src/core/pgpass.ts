/** What a line of a password file is compared with. */
export interface PasswordQuery {
  /** A host name, an address or a socket directory. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
}

/**
 * The password of the first line of a password file (`host:port:database:user:password`) that fits, or null. `*` fits
 * anything; `\:` and `\\` stand for themselves; a line that starts with `#` is a comment; lines without all five fields
 * fit nothing. `localhost` also fits the usual socket directories, as in libpq.
 */
export function findPassword(text: string, query: PasswordQuery): string | null {
  const host = usualSocketDirectories.includes(query.host) ? 'localhost' : query.host;
  const wanted = [host, String(query.port), query.database, query.user];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const fields = splitFields(line);
    if (fields === null) continue;
    if (wanted.every((value, at) => fits(fields.patterns[at], value))) return fields.password;
  }
  return null;
}

/** True when group or others may use a file of this mode; libpq and pgm then do not read passwords from it. */
export function isOpenToOthers(mode: number): boolean {
  return (mode & 0o077) !== 0;
}

const usualSocketDirectories = ['/tmp', '/var/run/postgresql', '/run/postgresql'];
const separators = 4;

function fits(pattern: string | undefined, value: string): boolean {
  return pattern !== undefined && (pattern === '*' || unescape(pattern) === value);
}

/** Four patterns, still escaped so that `\*` is not `*`, and the password; further colons belong to the password. */
function splitFields(line: string): { patterns: readonly string[]; password: string } | null {
  const patterns: string[] = [];
  let start = 0;
  for (let at = 0; at < line.length && patterns.length < separators; at += 1) {
    if (line[at] === '\\') at += 1;
    else if (line[at] === ':') {
      patterns.push(line.slice(start, at));
      start = at + 1;
    }
  }
  return patterns.length < separators ? null : { patterns, password: unescape(line.slice(start)) };
}

function unescape(text: string): string {
  return text.replace(/\\(.)/g, '$1');
}
