import {
  type ConnectionSettings,
  type Origins,
  pairHosts,
  parseHostList,
  parseIdentifier,
  parsePortList,
} from '../../core/connection/connection.js';
import type { ConfigFiles } from '../../core/connection/given.js';
import { parseConnectionString } from '../../core/connection/parse-connection-string.js';
import { findPassword, isOpenToOthers } from '../../core/connection/pgpass.js';
import { Transient, errnoOf } from '../../core/errors.js';
import type { Parsed } from '../../core/text/words.js';
import type { Asked } from './asked.js';
import type { Layers, NamedString } from './connection-layers.js';
import { readAgain, readFailure } from './read-again.js';

type ReadPassword = ConnectionSettings['readPassword'];

/** How `user` gets its password at each connect; `inString` is the one in the connection string. */
export type Passwords = (user: string, inString: () => Promise<string | null>) => ReadPassword;

/** The password file is read again each time. */
export async function resolvePasswords(asked: Asked, layers: Layers): Promise<Passwords> {
  const { named, libpq, defaults } = layers;
  const files: ConfigFiles = asked.request;
  const fromVariable = libpq('password')?.text ?? null;
  const passfile = passfileOf(asked, layers);
  const isNamed = named?.keywords.has('password') === true || fromVariable !== null;
  if (!isNamed && passfile !== null) await checkPassfile(asked, passfile);
  return (user, inString) =>
    async ({ host, port }, database) => {
      const known = (await inString()) ?? fromVariable;
      if (known !== null) return known;
      const text = passfile === null ? null : await readPassfile(passfile.path, files);
      const found = text === null ? null : findPassword(text, { host, port, database, user });
      return found ?? defaults('password')?.text ?? null;
    };
}

export function originsOf({ urlName, readsVariables }: Asked, layers: Layers): Origins {
  const { named, libpq, find, defaults } = layers;
  const string = named?.origin ?? urlName;
  const user = find('user')?.origin;
  const places = `${string}, PGPASSWORD or ${find('passfile')?.text ?? '~/.pgpass'}`;
  const perhaps = libpq('password')?.origin ?? (readsVariables ? places : string);
  return {
    // The default is changed by giving a connection string.
    user: user === undefined || user === defaults('user')?.origin ? string : user,
    password: named?.keywords.has('password') === true ? named.origin : perhaps,
    server: serverOrigin(layers, string),
  };
}

/** `PGHOST and PGPORT`, or the connection string for what has its default. */
function serverOrigin({ find, defaults }: Layers, string: string): string {
  const given = (keyword: string): string | null => {
    const origin = find(keyword)?.origin ?? null;
    return origin === defaults(keyword)?.origin ? null : origin;
  };
  const [host, port] = [given('host'), given('port')];
  const places = [
    host ?? port?.replace(/PORT$/, 'HOST') ?? string,
    port ?? host?.replace(/HOST$/, 'PORT') ?? string,
  ];
  return [...new Set(places)].join(' and ');
}

interface Passfile {
  readonly path: string;
  /** The keyword or variable that names it; null for `~/.pgpass`. */
  readonly origin: string | null;
}

function passfileOf({ request }: Asked, { find }: Layers): Passfile | null {
  const setting = find('passfile');
  if (setting !== null) return { path: setting.text, origin: setting.origin };
  return request.homedir === '' ? null : { path: `${request.homedir}/.pgpass`, origin: null };
}

async function checkPassfile(asked: Asked, { path, origin }: Passfile): Promise<void> {
  const { request, problems, warnings } = asked;
  try {
    if (isOpenToOthers(await request.fileMode(path))) {
      warnings.add(
        `${path} is ignored, because its group or others can access it: chmod 0600 (for a mounted Secret, set DATABASE_URL_FILE ` +
          'or PGPASSWORD instead)',
      );
      return;
    }
    await request.readFile(path);
  } catch (error) {
    if (origin === null && errnoOf(error) === 'ENOENT') return;
    if (origin === null) warnings.add(`${path} is ignored (${readFailure(error)})`);
    else problems.add(`${origin} names the password file ${path}: ${readFailure(error)}`);
  }
}

/** Null if the file does not exist or is not private, as in libpq; the server then says that a password is missing. */
async function readPassfile(path: string, files: ConfigFiles): Promise<string | null> {
  try {
    return isOpenToOthers(await files.fileMode(path)) ? null : await files.readFile(path);
  } catch {
    return null;
  }
}

/** The keywords of the connection string; one in a file is read again. Throws `Transient`. */
export async function keywordsNow(
  { file, origin, keywords }: NamedString,
  files: ConfigFiles,
): Promise<NamedString['keywords']> {
  if (file === null) return keywords;
  const read = parseConnectionString(await readAgain(files, file, origin));
  const [problem] = read.problems;
  if (problem !== undefined) throw new Transient(`${origin}: ${problem}`, null);
  return read.keywords;
}

/**
 * Reads the whole connection string again, for each connection; undefined if it is not in a file. Another database is
 * refused: in the middle of a run it would split the history in two.
 */
export function loginReader(
  { named, findWith }: Layers,
  database: string,
  passwords: Passwords,
  files: ConfigFiles,
): ConnectionSettings['readLogin'] {
  if (named === null || named.file === null) return undefined;
  const { origin } = named;
  return async () => {
    const keywords = await keywordsNow(named, files);
    const find = findWith(keywords);
    const read = (keyword: string): string => find(keyword)?.text ?? '';
    const valid = <T>(parsed: Parsed<T>): T => {
      if (parsed.kind === 'accepted') return parsed.value;
      throw new Transient(`${origin}: ${parsed.reason}`, null);
    };
    if (read('dbname') !== database) {
      const message = `${origin}: it names another database than at the start; start pgm again to change to that one`;
      throw new Transient(message, null);
    }
    const port = find('port')?.text;
    const ports = port === undefined ? [null] : valid(parsePortList(port));
    const user = valid(parseIdentifier(read('user')));
    return {
      hosts: valid(pairHosts(valid(parseHostList(read('host'))), ports)),
      user,
      readPassword: passwords(user, () => Promise.resolve(keywords.get('password') ?? null)),
    };
  };
}
