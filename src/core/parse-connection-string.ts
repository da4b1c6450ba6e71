import { parseConnectionUrl } from './connection-url.js';
import { parseConninfo } from './conninfo.js';

import { unreadable, type ConnectionString } from './connection-string.js';

/** Reads a URL (`postgresql://…`) or a small `host=… dbname=…` string. */
export function parseConnectionString(raw: string): ConnectionString {
  const text = raw.trim();
  if (/^postgres(?:ql)?:\/\//.test(text)) return parseConnectionUrl(text);
  if (/^["'`]/.test(text)) {
    return unreadable('it starts with a quotation mark: set it without quotes');
  }
  if (/^[\w+.:-]+:\/\//.test(text)) return unreadable(otherScheme(text));
  if (/^\s*\w+\s*=/.test(text)) return parseConninfo(text);
  return unreadable('it has to look like postgresql://user:password@host:5432/database');
}

function otherScheme(text: string): string {
  const scheme = text.slice(0, text.indexOf('://')).toLowerCase();
  if (scheme === 'postgres' || scheme === 'postgresql') {
    return 'write "postgresql://" in small letters';
  }
  if (scheme.startsWith('jdbc:')) {
    return 'it is a URL for JDBC: write postgresql://user:password@host:5432/database without "jdbc:"';
  }
  return 'it has to start with postgresql:// or postgres://';
}
