import type { Client } from '../wire/client.js';
import { identifier, literal } from '../wire/quote.js';

/** Statements for what belongs to a database as a whole and CREATE DATABASE does not copy from a template. */
export type OwnSettings = (database: string) => string;

/**
 * What files have set by ALTER DATABASE … SET, ALTER ROLE … IN DATABASE … SET, and GRANT or REVOKE … ON DATABASE. Null if
 * there is none, as usual.
 */
export async function readOwnSettings(
  client: Client,
  template: string,
): Promise<OwnSettings | null> {
  const [settings = [], grants = []] = await client.run(`
select r.rolname as role, pg_catalog.split_part(c.text, '=', 1) as name,
  pg_catalog.substr(c.text, pg_catalog.strpos(c.text, '=') + 1) as value
from pg_catalog.pg_db_role_setting s join pg_catalog.pg_database d on d.oid = s.setdatabase
left join pg_catalog.pg_roles r on r.oid = s.setrole, pg_catalog.unnest(s.setconfig) c(text)
where d.datname = ${literal(template)};
select a.privilege_type as privilege, a.is_grantable as grantable, r.rolname as role, a.grantee = 0 as everybody
from pg_catalog.pg_database d, pg_catalog.aclexplode(d.datacl) a
left join pg_catalog.pg_roles r on r.oid = a.grantee where d.datname = ${literal(template)}`);
  if (settings.length === 0 && grants.length === 0) return null;
  return (database) => {
    const set = settings.map((row) => settingOf(row, database));
    const granted = grants.map((row) => grantOf(row, database));
    // The default privileges of PUBLIC may have been revoked.
    const revoke = `revoke all on database ${identifier(database)} from public`;
    return ['begin', ...set, ...(granted.length === 0 ? [] : [revoke, ...granted]), 'commit'].join(
      ';\n',
    );
  };
}

type Row = Readonly<Record<string, unknown>>;

/** Goes through the session, as a list of names is stored in another form than it is written in. */
function settingOf({ role, name, value }: Row, database: string): string {
  const where =
    typeof role === 'string'
      ? `role ${identifier(role)} in database ${identifier(database)}`
      : `database ${identifier(database)}`;
  return (
    `select pg_catalog.set_config(${literal(String(name))}, ${literal(String(value))}, true);\n` +
    `alter ${where} set ${parameter(String(name))} from current`
  );
}

/** `myapp.tenant` is two names. */
function parameter(name: string): string {
  return name.split('.').map(identifier).join('.');
}

function grantOf({ privilege, grantable, role, everybody }: Row, database: string): string {
  const grantee = everybody === true ? 'public' : identifier(String(role));
  const option = grantable === true ? ' with grant option' : '';
  return `grant ${String(privilege)} on database ${identifier(database)} to ${grantee}${option}`;
}
