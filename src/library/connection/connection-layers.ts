import { isWritableTarget, judgeKeyword } from '../../core/connection/connection-keywords.js';
import {
  type ConnectionString,
  parseConnectionString,
} from '../../core/connection/parse-connection-string.js';
import { isServiceLink, shown } from '../../core/connection/connection.js';
import type { Environment, Given } from '../../core/connection/given.js';
import type { Asked } from './asked.js';
import { readFailure } from './read-again.js';

/** A connection string that was given by a flag, a variable or a file. */
export interface NamedString extends ConnectionString {
  /** The flag or variable, as problems name it. */
  readonly origin: string;
  /** The file it came from, to be read again for a new password; null for a flag or a variable. */
  readonly file: string | null;
}

/** Finds and reads the connection string; null if there is none. */
async function readConnectionString(asked: Asked): Promise<NamedString | null> {
  const given = asked.given('databaseUrl');
  const file = asked.given('databaseUrlFile');
  const onArgv = given?.origin === '--database-url';
  if (given !== null && file !== null && !onArgv) {
    asked.problems.add(`${given.origin} and ${file.origin} are both set: set only one of them`);
  }
  if (given !== null) {
    const string = parseConnectionString(given.text);
    if (onArgv && string.keywords.has('password')) warnOfArgv(asked);
    return { ...string, origin: given.origin, file: null };
  }
  if (file === null) return null;
  const string = await readFromFile(asked, file.text);
  return { ...string, origin: `${file.origin} (${file.text})`, file: file.text };
}

async function readFromFile({ request }: Asked, path: string): Promise<ConnectionString> {
  const unread = (problem: string): ConnectionString => ({
    keywords: new Map(),
    hostLeftEmpty: false,
    problems: [problem],
  });
  try {
    const content = await request.readFile(path);
    return content.trim() === ''
      ? unread('it is empty: write a connection string into it')
      : parseConnectionString(content);
  } catch (error) {
    return unread(readFailure(error));
  }
}

function warnOfArgv({ warnings }: Asked): void {
  warnings.add(
    '--database-url holds a password, which every user of this machine can see in the process list: use ' +
      'DATABASE_URL or DATABASE_URL_FILE',
  );
}

/** One place where keywords of libpq are set: the value of a keyword there, or null. */
type Layer = (keyword: string) => Given | null;

/** Everything that says how to connect; an earlier one wins, keyword by keyword. */
export interface Layers {
  /** The connection string, if there is one. */
  readonly named: NamedString | null;
  /** PGHOST and the other variables of libpq; empty ones count as not set. */
  readonly libpq: Layer;
  /** POSTGRES_HOST and POSTGRES_PORT, unless Kubernetes set the latter for a Service. */
  readonly postgres: Layer;
  /** The whole usual URL; without one, or with a connection string that could be read, only host and user. */
  readonly defaults: Layer;
  /** The keyword's value in the first layer that has it. */
  readonly find: Layer;
  /** The same with other keywords in the connection string. */
  readonly findWith: (keywords: ReadonlyMap<string, string>) => Layer;
}

/** `given`: a connection string that replaces the one in `asked`. */
export async function openLayers(asked: Asked, given?: NamedString): Promise<Layers> {
  const { env, username } = asked.request;
  const named = given ?? (await readConnectionString(asked));
  const isReadable = named?.problems.length === 0;
  const usual =
    isReadable || asked.usualUrl === null
      ? besideString(username)
      : parseConnectionString(asked.usualUrl).keywords;
  const libpq: Layer = (keyword) => fromLibpq(keyword, env);
  const postgres: Layer = (keyword) => {
    return keyword === 'host' || keyword === 'port' ? asked.given(keyword) : null;
  };
  const defaults = layerOf(usual, 'the default');
  const findWith = (keywords: ReadonlyMap<string, string>): Layer => {
    const string = layerOf(keywords, named?.origin ?? '');
    return (keyword) => string(keyword) ?? libpq(keyword) ?? postgres(keyword) ?? defaults(keyword);
  };
  const find = findWith(named?.keywords ?? new Map());
  return { named, libpq, postgres, defaults, find, findWith };
}

function layerOf(keywords: ReadonlyMap<string, string>, origin: string): Layer {
  return (keyword) => {
    const text = keywords.get(keyword);
    return text === undefined ? null : { text, origin };
  };
}

/** A password keeps its blanks. */
function fromLibpq(keyword: string, env: Environment): Given | null {
  const origin = libpqVariables[keyword];
  if (origin === undefined) return null;
  const raw = env[origin] ?? '';
  const text = keyword === 'password' ? raw : raw.trim();
  return text === '' || isServiceLink(text) ? null : { text, origin };
}

function besideString(username: string | null): ReadonlyMap<string, string> {
  const keywords = new Map([['host', 'localhost']]);
  return username === null ? keywords : keywords.set('user', username);
}

/** The variables of libpq that set a keyword. */
export const libpqVariables: Readonly<Record<string, string>> = {
  host: 'PGHOST',
  port: 'PGPORT',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  passfile: 'PGPASSFILE',
  dbname: 'PGDATABASE',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  target_session_attrs: 'PGTARGETSESSIONATTRS',
};

/** Variables of libpq that pgm does not support. */
export const unreadVariables: readonly string[] = [
  'PGHOSTADDR',
  'PGSERVICE',
  'PGSERVICEFILE',
  'PGOPTIONS',
  'PGREQUIREAUTH',
  'PGREQUIREPEER',
  'PGCHANNELBINDING',
  'PGSSLCRL',
  'PGSSLCRLDIR',
  'PGSSLMINPROTOCOLVERSION',
  'PGSSLMAXPROTOCOLVERSION',
  'PGSSLNEGOTIATION',
  'PGGSSENCMODE',
];

/** Reports what is wrong with the connection string, and what pgm does not support. */
export function judgeKeywords(asked: Asked, { named, find }: Layers): void {
  const { problems, warnings, request } = asked;
  if (named !== null) judgeString(asked, named);
  const target = find('target_session_attrs');
  if (target !== null && !isWritableTarget(target.text)) {
    problems.add(
      `${target.origin}: target_session_attrs is ${shown(target.text)}: pgm has to write, so use any, read-write or primary`,
    );
  }
  const ignored = unreadVariables.filter((name) => (request.env[name] ?? '') !== '').join(', ');
  if (ignored !== '') warnings.add(`${ignored}: not supported by pgm, no effect`);
}

function judgeString({ problems, warnings }: Asked, named: NamedString): void {
  for (const problem of named.problems) problems.add(`${named.origin}: ${problem}`);
  for (const [keyword, value] of named.keywords) {
    const verdict = judgeKeyword(keyword, value);
    if (verdict.kind === 'refused') problems.add(`${named.origin}: ${verdict.reason}`);
    if (verdict.kind === 'ignored') {
      warnings.add(`${named.origin}: ${keyword} has no effect: ${verdict.reason}`);
    }
  }
}
