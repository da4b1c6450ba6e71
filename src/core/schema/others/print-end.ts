import { type CatalogObject, nameOf, type ObjectName } from '../../catalog/catalog.js';
import { notLoadable } from '../parts/print-attached.js';
import { masked } from '../parts/print-options.js';
import { parseLine } from '../parts/print-privileges.js';
import { listOf } from '../parts/reading.js';
import {
  altering,
  type Group,
  groupsOf,
  making,
  type Printing,
  type Statement,
  unrelated,
} from '../parts/statements.js';
import { firstName, literal, splitList, splitOption, unquoted } from '../parts/text.js';

/** Default privileges and settings. */
export function endGroups(printing: Printing): readonly Group[] {
  return [
    ...groupsOf('default acl', ['end', 40], defaultPrivileges, printing),
    ...groupsOf('setting', ['end', 50], settings, printing),
  ];
}

/** They apply to objects created later, so they come after everything that is created here. */
function defaultPrivileges(object: CatalogObject, printing: Printing): readonly Statement[] {
  const { identity } = object;
  const user = firstName(identity.slice('for role '.length));
  const rest = identity.slice(`for role ${user}`.length);
  const schema = /^ in schema /.test(rest) ? firstName(rest.slice(' in schema '.length)) : null;
  const kind = / on ([a-z ]+)$/.exec(rest)?.[1] ?? '';
  const within = schema === null ? '' : ` IN SCHEMA ${schema}`;
  const alter = `ALTER DEFAULT PRIVILEGES FOR ROLE ${user}${within}`;
  const on = `ON ${kind.toUpperCase()}`;
  const lines = listOf(object, 'privileges');
  const unusual =
    schema === null
      ? notUsual(lines, kind, unquoted(user), printing)
      : { revoked: [], granted: lines };
  const texts = [
    ...unusual.revoked.map((role) => `${alter} REVOKE ALL ${on} FROM ${role};`),
    ...unusual.granted.flatMap((text) => {
      const line = parseLine(text, printing);
      if (line === null) return [notLoadable(`default acl ${identity}`, text)];
      const grant = (words: readonly string[], suffix: string): readonly string[] =>
        words.length === 0
          ? []
          : [`${alter} GRANT ${words.join(', ')} ${on} TO ${line.grantee}${suffix};`];
      return [...grant(line.plain, ''), ...grant(line.grantable, ' WITH GRANT OPTION')];
    }),
  ];
  const made = making('', object, printing);
  return [made, ...texts.map((text) => altering(text, object))];
}

/** Those without a schema replace the built-in defaults: everything for the owner, and what everybody gets. */
function notUsual(
  lines: readonly string[],
  kind: string,
  user: string,
  { database, role }: Printing,
) {
  const all = usualOf(kind, database.major);
  const everybody = { functions: 'EXECUTE to PUBLIC', types: 'USAGE to PUBLIC' }[kind];
  const own = `${[...all].toSorted().join(', ')} to ${user}`;
  const usual = [own, ...(everybody === undefined ? [] : [everybody])];
  const revoked = [
    ...(lines.includes(own) ? [] : [role(user)]),
    ...(everybody === undefined || lines.includes(everybody) ? [] : ['PUBLIC']),
  ];
  return { revoked, granted: lines.filter((line) => !usual.includes(line)) };
}

function usualOf(kind: string, major: number): readonly string[] {
  const tables = ['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER'];
  switch (kind) {
    case 'tables':
      return major < 17 ? tables : [...tables, 'MAINTAIN'];
    case 'sequences':
      return ['SELECT', 'UPDATE', 'USAGE'];
    case 'functions':
      return ['EXECUTE'];
    case 'schemas':
      return ['CREATE', 'USAGE'];
    case 'large objects':
      return ['SELECT', 'UPDATE'];
    default:
      return ['USAGE'];
  }
}

/** The name of the database is not in the output, because it may be loaded under another name. */
function settings(object: CatalogObject, printing: Printing): readonly Statement[] {
  const role = /^of (.*) in the database$/s.exec(object.identity)?.[1];
  const target =
    role === undefined
      ? 'ALTER DATABASE %I'
      : `ALTER ROLE ${role.replaceAll('%', '%%')} IN DATABASE %I`;
  return listOf(object, 'values').map((setting) => {
    const [name, value] = splitOption(setting);
    const what = `setting ${object.identity}: ${name}`;
    if (value === masked) {
      return unrelated(notLoadable(what, 'pgm does not show what may be a secret'));
    }
    const set = `${target} SET ${name.split('.').map(printing.quote).join('.')} TO ${valueOf(name, value).replaceAll('%', '%%')}`;
    const format = `pg_catalog.format(${literal(set)}, pg_catalog.current_database())`;
    const body = ` BEGIN EXECUTE ${format}; END `;
    const quoted = body.includes('$do$') ? literal(body) : `$do$${body}$do$`;
    return unrelated(`DO ${quoted};`);
  });
}

/** Settings that are lists of names are stored as they are written, except for an empty name, which only a literal can be. */
function valueOf(name: string, value: string): string {
  if (!lists.includes(name.toLowerCase())) return literal(value);
  const names = splitList(value).map((each) => (each === '""' ? "''" : each));
  return names.join(', ') || "''";
}

const lists = [
  'local_preload_libraries',
  'search_path',
  'session_preload_libraries',
  'shared_preload_libraries',
  'temp_tablespaces',
  'unix_socket_directories',
];

/** What pgm does not know. */
export function unknownGroups(names: readonly ObjectName[]): readonly Group[] {
  return names.map(nameOf).map((identity) => ({
    part: 'end',
    schema: null,
    rank: 99,
    identity,
    statements: [unrelated(notLoadable(identity, 'pgm does not know this kind of object'))],
  }));
}
