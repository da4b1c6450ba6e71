import { parseConninfo } from './conninfo.js';

/**
 * The libpq keywords (`host`, `port`, `user`, `password`, `dbname`, `sslmode` …) that a connection string sets. Several
 * hosts or ports are one value with commas. Values are decoded but not checked.
 */
export interface ConnectionString {
  /** What could be read; incomplete when there are problems. */
  readonly keywords: ReadonlyMap<string, string>;
  /** True for `postgresql://user@/db`, where the host is written but empty. */
  readonly hostLeftEmpty: boolean;
  /** They never quote the string: what looks like a host may be half of a password. */
  readonly problems: readonly string[];
}

/** Reads a URL (`postgresql://…`) or libpq's `host=… dbname=…`. */
export function parseConnectionString(raw: string): ConnectionString {
  const text = raw.trim();
  if (/^postgres(?:ql)?:\/\//.test(text)) return parseConnectionUrl(text);
  if (/^["'`]/.test(text)) {
    return unreadable('it starts with a quotation mark: set it without quotes');
  }
  if (/^[\w+.:-]+:\/\//.test(text)) return unreadable(otherScheme(text));
  if (/^\s*\w+\s*=/.test(text)) return readConninfo(text);
  return unreadable('it must look like postgresql://user:password@host:5432/database');
}

function unreadable(...problems: readonly string[]): ConnectionString {
  return { keywords: new Map(), hostLeftEmpty: false, problems };
}

function readConninfo(text: string): ConnectionString {
  const read = parseConninfo(text);
  if (read.kind === 'refused') return unreadable(read.reason);
  return { keywords: read.value, hostLeftEmpty: false, problems: [] };
}

function otherScheme(text: string): string {
  const scheme = text.slice(0, text.indexOf('://')).toLowerCase();
  if (scheme === 'postgres' || scheme === 'postgresql') {
    return 'write "postgresql://" in lower case';
  }
  if (scheme.startsWith('jdbc:')) {
    return 'it is a URL for JDBC: write postgresql://user:password@host:5432/database without "jdbc:"';
  }
  return 'it must start with postgresql:// or postgres://';
}

/**
 * Reads `postgresql://user:password@h1:1,h2:2/database?keyword=value` and decodes every part. Stricter than libpq about
 * raw `@ / ? #`: inside a password, one of them would move the rest of the password into the host, which is printed.
 */
function parseConnectionUrl(url: string): ConnectionString {
  const rest = url.slice(url.indexOf('://') + '://'.length);
  const raw = rawCharacterProblems(rest);
  const parts = /^(?:([^@/?]*)@)?([^@/?]*)(?:\/([^?]*))?(?:\?(.*))?$/s.exec(rest);
  if (raw.length > 0 || parts === null) return unreadable(...raw);
  const [, userinfo, authority = '', path = '', query = ''] = parts;
  if (userinfo === undefined && hasWordForPort(authority)) return unreadable(noHostAfterPassword);
  const keywords = new Map<string, string>();
  const problems = [
    ...readUserinfo(userinfo ?? '', keywords),
    ...readAuthority(authority, keywords),
    ...readPath(path, keywords),
    ...readQuery(query, keywords),
  ];
  const written = userinfo !== undefined || authority !== '';
  const hostLeftEmpty = written && !keywords.has('host') && problems.length === 0;
  return { keywords, hostLeftEmpty, problems };
}

/** The functions that fill it return the problems they found. */
type Keywords = Map<string, string>;

const escapes: Readonly<Record<string, string>> = {
  '#': '%23',
  '/': '%2F',
  '?': '%3F',
  '@': '%40',
};

/** Everything before the last `@` may be a user name and a password, so no delimiter may occur there unescaped. */
function rawCharacterProblems(rest: string): string[] {
  const suspect = rest.slice(0, Math.max(0, rest.lastIndexOf('@')));
  const found = Object.keys(escapes).filter(
    (character) => suspect.includes(character) || (character === '#' && rest.includes(character)),
  );
  const problems: string[] = [];
  if (found.length > 0) {
    const list = found.map((character) => `"${character}" as ${escapes[character] ?? ''}`);
    problems.push(
      `it has an unescaped ${found.map((character) => `"${character}"`).join(' and ')} in what may be a user name, a ` +
        `password or a parameter: write ${list.join(', ')} there`,
    );
  }
  if (/[\s\u0000-\u001f]/.test(rest)) {
    problems.push('it contains a space or line break: write a space as %20, or remove it');
  }
  return problems;
}

function readUserinfo(userinfo: string, keywords: Keywords): string[] {
  const colon = userinfo.indexOf(':');
  const user = colon === -1 ? userinfo : userinfo.slice(0, colon);
  const password = colon === -1 ? '' : userinfo.slice(colon + 1);
  return [
    ...decodeInto(keywords, 'user', user, 'the user name'),
    ...decodeInto(keywords, 'password', password, 'the password'),
  ];
}

function readAuthority(authority: string, keywords: Keywords): string[] {
  if (authority === '') return [];
  const pairs = authority
    .split(',')
    .map((entry) => /^(\[[^\]]*\]|[^:[\]]*)(?::([^:[\]]*))?$/.exec(entry));
  if (pairs.includes(null)) {
    return ['it has a host that cannot be read: an IPv6 address needs brackets, like [::1]:5432'];
  }
  const hosts = pairs.map((pair) => (pair?.[1] ?? '').replace(/^\[|\]$/g, ''));
  const ports = pairs.map((pair) => pair?.[2] ?? '');
  if (ports.some((port) => port !== '' && !/^\d+$/.test(port))) {
    return ['its port must be a number between 1 and 65535'];
  }
  if (ports.some((port) => port !== '')) keywords.set('port', ports.join(','));
  if (hosts.every((host) => host === '')) return [];
  return decodeInto(keywords, 'host', hosts.join(','), 'the host');
}

/** True for `postgresql://user:password/db`, where a password is in the place of the port. */
function hasWordForPort(authority: string): boolean {
  return /^[^[\]:,]+:[^[\]:,]*[^[\]:,\d]/.test(authority);
}

const noHostAfterPassword =
  'its port must be a number between 1 and 65535 (if this is a password, "@" and the host are missing after it)';

function readPath(path: string, keywords: Keywords): string[] {
  if (path.includes('/')) {
    return ['its database name has an unescaped "/": write it as %2F, or remove it'];
  }
  return decodeInto(keywords, 'dbname', path, 'the database name');
}

function readQuery(query: string, keywords: Keywords): string[] {
  return query
    .split('&')
    .filter((pair) => pair !== '')
    .flatMap((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 1) return ['it has a parameter that is not written keyword=value'];
      const keyword = pair.slice(0, equals);
      const value = pair.slice(equals + 1);
      if (keyword === 'ssl' && value === 'true') {
        keywords.set('sslmode', 'require');
        return [];
      }
      const name = isPlainWord(keyword) ? `the parameter ${keyword}` : 'a parameter';
      return decodeInto(keywords, keyword, value, name);
    });
}

function isPlainWord(text: string): boolean {
  return /^[A-Za-z_]{1,40}$/.test(text);
}

/** Decodes and sets `text` unless it is empty; `name` is what problems call it. */
function decodeInto(keywords: Keywords, keyword: string, text: string, name: string): string[] {
  if (text === '') return [];
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) {
    return [`${name} has an unescaped "%": write it as %25`];
  }
  if (text.includes('%00')) return [`${name} contains %00, which PostgreSQL does not accept`];
  try {
    keywords.set(keyword, decodeURIComponent(text));
    return [];
  } catch {
    return [`${name} contains %-codes that are not UTF-8: encode the UTF-8 bytes of each letter`];
  }
}
