import { unreadable, type ConnectionString } from './connection-string.js';

/**
 * Reads `postgresql://user:password@h1:1,h2:2/database?keyword=value`, decoding every part. Stricter than libpq about
 * raw `@ / ? #`: one of them inside a password moves the rest of it into the host, from where it would be printed.
 */
export function parseConnectionUrl(url: string): ConnectionString {
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

/** What sets keywords answers the problems it met. */
type Keywords = Map<string, string>;

const escapes: Readonly<Record<string, string>> = {
  '#': '%23',
  '/': '%2F',
  '?': '%3F',
  '@': '%40',
};

/** Everything before the last `@` may be a user name and a password, so nothing there may end them early. */
function rawCharacterProblems(rest: string): string[] {
  const suspect = rest.slice(0, Math.max(0, rest.lastIndexOf('@')));
  const found = Object.keys(escapes).filter(
    (character) => suspect.includes(character) || (character === '#' && rest.includes(character)),
  );
  const problems: string[] = [];
  if (found.length > 0) {
    const list = found.map((character) => `"${character}" as ${escapes[character] ?? ''}`);
    problems.push(
      `it has a raw ${found.map((character) => `"${character}"`).join(' and ')} where a user name, a password or a ` +
        `parameter may be meant: write ${list.join(', ')} there`,
    );
  }
  if (/[\s\u0000-\u001f]/.test(rest)) {
    problems.push('it has a raw blank or line break in it: write a blank as %20, or remove it');
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
    return ['its port has to be a number between 1 and 65535'];
  }
  if (ports.some((port) => port !== '')) keywords.set('port', ports.join(','));
  if (hosts.every((host) => host === '')) return [];
  return decodeInto(keywords, 'host', hosts.join(','), 'the host');
}

/** True for `postgresql://user:password/db`, where a password stands in the place of the port and nothing is safe to show. */
function hasWordForPort(authority: string): boolean {
  return /^[^[\]:,]+:[^[\]:,]*[^[\]:,\d]/.test(authority);
}

const noHostAfterPassword =
  'its port has to be a number between 1 and 65535 (if this is a password, "@" and the host are missing after it)';

function readPath(path: string, keywords: Keywords): string[] {
  if (path.includes('/')) {
    return ['its database name has a raw "/" in it: write it as %2F, or remove it'];
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

/** Sets what is not empty, decoded; `name` is how a problem calls it. */
function decodeInto(keywords: Keywords, keyword: string, text: string, name: string): string[] {
  if (text === '') return [];
  if (/%(?![0-9A-Fa-f]{2})/.test(text)) {
    return [`${name} has a raw "%" in it: write it as %25`];
  }
  if (text.includes('%00')) return [`${name} has %00 in it, which PostgreSQL cannot take`];
  try {
    keywords.set(keyword, decodeURIComponent(text));
    return [];
  } catch {
    return [`${name} has %-codes in it that are no UTF-8: encode the UTF-8 bytes of each letter`];
  }
}
