import type { ConnectionString } from '../../core/connection-string.js';
import { parseConnectionString } from '../../core/parse-connection-string.js';
import { readFailure } from './failure-reason.js';
import type { Given, Scope } from './scope.js';

/** The connection string somebody gave. */
export interface NamedString {
  readonly string: ConnectionString;
  /** The flag or variable, as problems name it. */
  readonly origin: string;
  /** The file it came from, to be read again for a new password; null for a flag or a variable. */
  readonly file: string | null;
}

/** Finds and reads the connection string; null when there is none. Its problems go to the findings. */
export async function readConnectionString(scope: Scope): Promise<NamedString | null> {
  const given = scope.given('databaseUrl');
  const file = scope.given('databaseUrlFile');
  const onArgv = given?.origin === '--database-url';
  if (given !== null && file !== null && !onArgv) {
    scope.findings.problem(`${given.origin} and ${file.origin} are both set: set only one of them`);
  }
  if (given !== null) {
    const string = parseConnectionString(given.text);
    if (onArgv && string.keywords.has('password')) warnOfArgv(scope);
    return noteProblems(scope, { string, origin: given.origin, file: null });
  }
  return file === null ? null : readFromFile(scope, file);
}

async function readFromFile(scope: Scope, { text: path, origin }: Given): Promise<NamedString> {
  const name = `${origin} (${path})`;
  const unread = { keywords: new Map(), hostLeftEmpty: false };
  try {
    const content = await scope.request.readFile(path);
    const string =
      content.trim() === ''
        ? { ...unread, problems: ['it is empty: write a connection string into it'] }
        : parseConnectionString(content);
    return noteProblems(scope, { string, origin: name, file: path });
  } catch (error) {
    const string = { ...unread, problems: [readFailure(error)] };
    return noteProblems(scope, { string, origin: name, file: path });
  }
}

function noteProblems({ findings }: Scope, named: NamedString): NamedString {
  for (const problem of named.string.problems) findings.problem(`${named.origin}: ${problem}`);
  return named;
}

function warnOfArgv({ findings }: Scope): void {
  findings.warn(
    '--database-url holds a password, which every user of this machine can see in the list of processes: use ' +
      'DATABASE_URL or DATABASE_URL_FILE',
  );
}
