import { listOf } from './reading.js';
import type { Printing, Subject } from './statements.js';
import { commentLine } from './text.js';

/** The differences from the default privileges: what was revoked, and what was granted. */
export function grants(subject: Subject, printing: Printing): readonly string[] {
  const { object, word, name, granted: [grantWord, grantName] = [word, name], column } = subject;
  const on = `${column === undefined ? '' : `(${column}) `}ON ${grantWord} ${grantName}`;
  const told = (fact: string, write: (line: Line, on: string) => readonly string[]) =>
    byOwnerFirst(listOf(object, fact)).flatMap((text) => {
      const line = parseLine(text, printing);
      return line === null ? [unclear(text, on)] : write(line, on);
    });
  return [...told('revoked', revoke), ...told('granted', grant)];
}

/** `INSERT, SELECT with grant option to app by other` */
interface Line {
  readonly plain: readonly string[];
  readonly grantable: readonly string[];
  /** Identifiers. */
  readonly grantee: string;
  readonly grantor: string | null;
}

const option = ' with grant option';

/** Null if the names of roles are ambiguous. */
export function parseLine(line: string, { role, database }: Printing): Line | null {
  const match = /^((?:[A-Z ]+(?: with grant option)?(?:, )?)+?) to (.*)$/s.exec(line);
  if (match === null || Object.hasOwn(database.roles, 'PUBLIC')) return null;
  const [, words = '', rest = ''] = match;
  const privileges = words.split(', ');
  const readings = readRoles(
    rest,
    (name) => name === 'PUBLIC' || Object.hasOwn(database.roles, name),
  );
  const [only] = readings;
  if (only === undefined || readings.length > 1) return null;
  return {
    plain: privileges.filter((word) => !word.endsWith(option)),
    grantable: privileges
      .filter((word) => word.endsWith(option))
      .map((word) => word.slice(0, -option.length)),
    grantee: role(only[0]),
    grantor: only[1] === null ? null : role(only[1]),
  };
}

type Roles = readonly [grantee: string, grantor: string | null];

/** Every way to read `grantee by grantor`, where a name may contain ` by ` too. */
function readRoles(text: string, isRole: (name: string) => boolean): readonly Roles[] {
  const readings: Roles[] = isRole(text) ? [[text, null]] : [];
  const separator = ' by ';
  for (let at = text.indexOf(separator); at >= 0; at = text.indexOf(separator, at + 1)) {
    const [grantee, grantor] = [text.slice(0, at), text.slice(at + separator.length)];
    if (isRole(grantee) && isRole(grantor)) readings.push([grantee, grantor]);
  }
  return readings;
}

/** A role has to have a privilege before it can grant it to others. */
function byOwnerFirst(lines: readonly string[]): readonly string[] {
  const isOthers = (line: string): boolean => line.includes(' by ');
  return [...lines.filter((line) => !isOthers(line)), ...lines.filter(isOthers)];
}

function grant({ plain, grantable, grantee, grantor }: Line, on: string): readonly string[] {
  const lists = [
    [plain, ''],
    [grantable, ' WITH GRANT OPTION'],
  ] as const;
  const statements = lists
    .filter(([privileges]) => privileges.length > 0)
    .map(([privileges, suffix]) => `GRANT ${listed(privileges, on)} TO ${grantee}${suffix};`);
  if (grantor === null) return statements;
  return [`SET SESSION AUTHORIZATION ${grantor};`, ...statements, 'RESET SESSION AUTHORIZATION;'];
}

function revoke({ plain, grantee }: Line, on: string): readonly string[] {
  return [`REVOKE ${listed(plain, on)} FROM ${grantee};`];
}

/** For a column, each privilege names it: `SELECT (a), UPDATE (a) ON TABLE s.t`. */
function listed(privileges: readonly string[], on: string): string {
  const [, column = '', rest = on] = /^(\(.*\) )(ON .*)$/s.exec(on) ?? [];
  return `${privileges.map((each) => `${each} ${column}`.trim()).join(', ')} ${rest}`;
}

function unclear(line: string, on: string): string {
  return commentLine(
    `not loadable: the privileges ${on}: ${line} (a role is gone, or its name can be read in two ways)`,
  );
}
