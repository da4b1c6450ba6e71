import { Transient } from '../../core/errors.js';
import { parseConnectionString } from '../../core/parse-connection-string.js';
import { findPassword, isOpenToOthers } from '../../core/pgpass.js';
import type { ConnectionSettings } from '../../core/connection.js';
import type { Layers } from './connection-layers.js';
import { errorCode, readFailure } from './failure-reason.js';
import type { NamedString } from './read-connection-string.js';
import type { ConfigFiles, Scope } from './scope.js';

type ReadPassword = ConnectionSettings['readPassword'];

/**
 * Answers the function that fetches the password at each connect. DATABASE_URL_FILE and the password file are read anew
 * each time; of a changed DATABASE_URL_FILE only the password counts, because another host or database in the middle of
 * a run would split its history in two.
 */
export async function resolvePassword(
  scope: Scope,
  layers: Layers,
  user: string,
): Promise<ReadPassword> {
  const { named, pgVariables, defaults } = layers;
  const files: ConfigFiles = scope.request;
  const fromVariable = pgVariables.get('password')?.value ?? null;
  const passfile = passfileOf(scope, layers);
  const isNamed = named?.string.keywords.has('password') === true || fromVariable !== null;
  if (!isNamed && passfile !== null) await checkPassfile(scope, passfile);
  return async ({ host, port }, database) => {
    const fromString = named === null ? null : await passwordOf(named, files);
    const known = fromString ?? fromVariable;
    if (known !== null) return known;
    const text = passfile === null ? null : await readPassfile(passfile.path, files);
    const found = text === null ? null : findPassword(text, { host, port, database, user });
    return found ?? defaults.get('password')?.value ?? null;
  };
}

interface Passfile {
  readonly path: string;
  /** The keyword or variable that names it; null for `~/.pgpass`. */
  readonly origin: string | null;
}

function passfileOf({ request }: Scope, { find }: Layers): Passfile | null {
  const setting = find('passfile');
  if (setting !== null) return { path: setting.value, origin: setting.origin };
  return request.homedir === '' ? null : { path: `${request.homedir}/.pgpass`, origin: null };
}

async function checkPassfile({ request, findings }: Scope, passfile: Passfile): Promise<void> {
  const { path, origin } = passfile;
  try {
    if (isOpenToOthers(await request.fileMode(path))) {
      findings.warn(
        `${path} is ignored, because group or others may use it: chmod 0600 (for a mounted Secret, set DATABASE_URL_FILE ` +
          'or PGPASSWORD instead)',
      );
      return;
    }
    await request.readFile(path);
  } catch (error) {
    if (origin === null && errorCode(error) === 'ENOENT') return;
    if (origin === null) findings.warn(`${path} is ignored (${readFailure(error)})`);
    else findings.problem(`${origin} names the password file ${path}: ${readFailure(error)}`);
  }
}

/** Null when the file is not there or not kept private, as in libpq; the server then says that a password is missing. */
async function readPassfile(path: string, files: ConfigFiles): Promise<string | null> {
  try {
    return isOpenToOthers(await files.fileMode(path)) ? null : await files.readFile(path);
  } catch {
    return null;
  }
}

async function passwordOf(named: NamedString, files: ConfigFiles): Promise<string | null> {
  if (named.file === null) return named.string.keywords.get('password') ?? null;
  const { keywords, problems } = parseConnectionString(await reread(named.file, named, files));
  const [problem] = problems;
  if (problem !== undefined) throw new Transient(`${named.origin}: ${problem}`, null);
  return keywords.get('password') ?? null;
}

async function reread(path: string, { origin }: NamedString, files: ConfigFiles): Promise<string> {
  try {
    return await files.readFile(path);
  } catch (error) {
    throw new Transient(`${origin}: ${readFailure(error)}`, errorCode(error), { cause: error });
  }
}
