import type { ObjectKind } from '../../../core/grammar/names.js';
import type { Statement } from '../../../core/grammar/statement.js';
import type { StatementRule } from '../../known/rule.js';

export const grantToPublic: StatementRule<'grant-to-public'> = {
  name: 'grant-to-public',
  family: 'security',
  severity: 'warning',
  summary: 'GRANT … TO PUBLIC of more than PostgreSQL gives to everybody anyway',
  why: 'PUBLIC is every role of the server, including those created later and those of other programs. Whoever can connect can then read or write the objects, and REVOKE from a single role takes nothing from it. CREATE on a schema lets anybody put a function or table in it that others use by an unqualified name.',
  instead: 'grant it to a role, and make the roles that need it members of that',
  examples: {
    bad: [
      'GRANT SELECT ON orders TO PUBLIC;',
      'GRANT ALL ON ALL TABLES IN SCHEMA shop TO PUBLIC;',
      'GRANT CREATE ON SCHEMA public TO PUBLIC;',
      'GRANT reporting TO PUBLIC;',
      'ALTER DEFAULT PRIVILEGES IN SCHEMA shop GRANT SELECT ON TABLES TO PUBLIC;',
      'DO $$ BEGIN GRANT UPDATE ON orders TO PUBLIC; END $$;',
    ],
    good: [
      'GRANT EXECUTE ON FUNCTION total(int) TO PUBLIC;',
      'GRANT USAGE ON SCHEMA shop TO PUBLIC;\nGRANT USAGE ON TYPE color TO PUBLIC;',
      'GRANT CONNECT, TEMPORARY ON DATABASE shop TO PUBLIC;',
      'REVOKE ALL ON orders FROM PUBLIC;',
      'ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;',
      'GRANT SELECT ON orders TO reporting;',
    ],
  },
  looksAt: 'statement',
  check: (statement) => {
    const what = isToPublic(statement) ? granted(statement) : null;
    if (what === null) return [];
    return [
      { at: statement.at, message: `every role of the server, including later ones, gets ${what}` },
    ];
  },
};

function isToPublic(statement: Statement): boolean {
  return 'grantees' in statement && statement.grantees.includes('public');
}

/** Null if everybody has it anyway, or may have it without harm. */
function granted(statement: Statement): string | null {
  if (statement.kind === 'grant-role') return `the rights of ${statement.roles.join(', ')}`;
  const isGrant =
    statement.kind === 'grant' || (statement.kind === 'default-privileges' && statement.isGrant);
  if (!isGrant) return null;
  const { object, privileges } = statement;
  const usual = usualOf[object];
  if (usual === 'all') return null;
  const more = privileges.filter((each) => usual?.includes(each) !== true);
  if (privileges.length > 0 && more.length === 0) return null;
  const rights = more.length === 0 ? 'every privilege' : more.join(', ');
  const kind =
    object === 'other' ? 'it' : statement.kind === 'grant' ? `the ${object}` : `each ${object}`;
  const each = statement.kind === 'grant' && (statement.allInSchema || statement.names.length > 1);
  return `${rights} on ${each ? `each ${object}` : kind}`;
}

/** What PUBLIC has by default, and USAGE on a schema, which alone does not allow reading anything in it. */
const usualOf: Partial<Record<ObjectKind, 'all' | readonly string[]>> = {
  database: ['CONNECT', 'TEMPORARY', 'TEMP'],
  domain: 'all',
  function: 'all',
  language: 'all',
  procedure: 'all',
  routine: 'all',
  schema: ['USAGE'],
  type: 'all',
};
