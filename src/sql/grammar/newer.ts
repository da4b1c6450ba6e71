import type {
  AlterTableCmd,
  ColumnDef,
  ColumnRef,
  Constraint,
  CopyStmt,
  FuncCall,
  GrantStmt,
  MergeStmt,
  Node,
  PublicationObjSpec,
  ReturningClause,
} from 'libpg-query';
import {
  type Newer,
  newerFunctions,
  newerSettings,
  type NewerSyntax,
} from '../../core/grammar/newer.js';
import { type ByNode, byNode, type NodeName } from './nodes.js';
import { type Around, nameOf, strings } from './raw.js';
import { walk } from './read-query.js';

/** Words of which one is in every statement that has something newer, so that most need not be looked through. */
const words = new RegExp(
  [
    'access\\s+method',
    'at\\s+local',
    'default', // COPY
    'enforced',
    'expression',
    'from\\s*\\(',
    'generated',
    'inherit',
    'in\\s+schema',
    'json',
    'maintain',
    'merge',
    'not\\s+null',
    'nulls\\s+not',
    'on_error|log_verbosity|reject_limit',
    'overlaps',
    'parameter',
    'period',
    'publication',
    'random',
    'returning',
    'security_invoker',
    'set\\s+(?:null|default)\\s*\\(',
    'statistics',
    'storage',
    'system_user',
    'unlogged',
    'vacuum',
    'with\\s+set',
    ...Object.keys(newerFunctions),
    ...Object.keys(newerSettings),
  ].join('|'),
  'i',
);

export function mayHaveNewer(text: string): boolean {
  return words.test(text);
}

/** What a statement has that PostgreSQL 14 does not know; what its body has is in the statements of that. */
export function newerIn(statement: Node, around: Around): readonly Newer[] {
  const found: Newer[] = [];
  const take = (key: string, content: unknown): void => {
    // Each key that begins with a capital letter is the name of a node.
    const node = { [key as NodeName]: content } as unknown as Node;
    const { location } = (content ?? {}) as { readonly location?: number };
    const at = around.indexOf(location === -1 ? undefined : location);
    for (const name of byNode(syntax, node, around) ?? []) found.push({ kind: 'syntax', name, at });
    if ('FuncCall' in node) found.push(...functionIn(node.FuncCall, at));
    if ('VariableSetStmt' in node) {
      const name = node.VariableSetStmt.name?.toLowerCase() ?? '';
      if (name in newerSettings) found.push({ kind: 'setting', name, at: around.at });
    }
  };
  walk(statement, take);
  // OLD and NEW of a rule are older.
  return 'RuleStmt' in statement
    ? found.filter(({ name }) => name !== 'OLD and NEW in RETURNING')
    : found;
}

function functionIn({ funcname, args = [] }: FuncCall, at: number): readonly Newer[] {
  const { schema, name } = nameOf(strings(funcname), 0);
  if (schema !== null && schema !== 'pg_catalog') return [];
  if (name === 'random' && args.length === 2)
    return [{ kind: 'syntax', name: 'random() with bounds', at }];
  if (name === 'timezone' && schema === 'pg_catalog' && args.length === 1)
    return [{ kind: 'syntax', name: 'AT LOCAL', at }];
  if (name === 'system_user' && schema === 'pg_catalog')
    return [{ kind: 'syntax', name: 'SYSTEM_USER', at }];
  return Object.hasOwn(newerFunctions, name) ? [{ kind: 'function', name, at }] : [];
}

type Some = readonly NewerSyntax[];

const when = (is: boolean | undefined, name: NewerSyntax): Some => (is === true ? [name] : []);
const always = (name: NewerSyntax) => (): Some => [name];
const constructors = always('JSON_ARRAY and JSON_OBJECT of the SQL standard');

const syntax: ByNode<Around, Some> = {
  AlterTableCmd: (raw) => ofAlter(raw),
  ColumnDef: ({ storage_name: storage }: ColumnDef) =>
    when(storage !== undefined, 'STORAGE of a column in CREATE TABLE or ADD COLUMN'),
  Constraint: ofConstraint,
  CopyStmt: ofCopy,
  CreateSeqStmt: ({ sequence }) => when(sequence?.relpersistence === 'u', 'an unlogged sequence'),
  CreateStatsStmt: ({ defnames }) =>
    when((defnames ?? []).length === 0, 'CREATE STATISTICS without a name'),
  DeleteStmt: ({ returningClause }) => ofReturning(returningClause),
  DefElem: ({ defname }) => when(defname === 'security_invoker', 'security_invoker'),
  GrantRoleStmt: ({ opt = [] }) =>
    when(
      opt.some((node) => 'DefElem' in node && /^(?:inherit|set)$/.test(node.DefElem.defname ?? '')),
      'GRANT of a role WITH INHERIT or SET',
    ),
  GrantStmt: ofGrant,
  IndexStmt: ({ nulls_not_distinct: alike }) => when(alike, 'NULLS NOT DISTINCT'),
  InsertStmt: ({ returningClause }) => ofReturning(returningClause),
  JsonArrayAgg: constructors,
  JsonArrayConstructor: constructors,
  JsonArrayQueryConstructor: constructors,
  JsonFuncExpr: always('JSON_VALUE, JSON_QUERY and JSON_EXISTS'),
  JsonIsPredicate: always('IS JSON'),
  JsonObjectAgg: constructors,
  JsonObjectConstructor: constructors,
  JsonParseExpr: always('JSON(), JSON_SCALAR and JSON_SERIALIZE'),
  JsonScalarExpr: always('JSON(), JSON_SCALAR and JSON_SERIALIZE'),
  JsonSerializeExpr: always('JSON(), JSON_SCALAR and JSON_SERIALIZE'),
  JsonTable: always('JSON_TABLE'),
  MergeStmt: ofMerge,
  PublicationObjSpec: ofPublication,
  RangeSubselect: ({ alias }) => when(alias === undefined, 'a subquery in FROM without a name'),
  UpdateStmt: ({ returningClause }) => ofReturning(returningClause),
  VacuumStmt: ({ options = [] }) =>
    when(
      options.some((node) => 'DefElem' in node && vacuum16.test(node.DefElem.defname ?? '')),
      'VACUUM with an option of 16',
    ),
};

const vacuum16 = /^(?:skip_database_stats|only_database_stats|process_main|buffer_usage_limit)$/;

function ofAlter({ subtype, name, def }: AlterTableCmd): Some {
  if (subtype === 'AT_SetAccessMethod')
    return [name === undefined ? 'SET ACCESS METHOD DEFAULT' : 'SET ACCESS METHOD'];
  if (subtype === 'AT_SetExpression') return ['SET EXPRESSION'];
  const changed = def !== undefined && 'ATAlterConstraint' in def ? def.ATAlterConstraint : null;
  return when(changed?.alterEnforceability, 'NOT ENFORCED');
}

function ofConstraint(raw: Constraint): Some {
  const { contype, keys = [], generated_kind: kind } = raw;
  const canBeEnforced = contype === 'CONSTR_CHECK' || contype === 'CONSTR_FOREIGN';
  return [
    ...when(raw.nulls_not_distinct, 'NULLS NOT DISTINCT'),
    ...when(raw.without_overlaps, 'WITHOUT OVERLAPS'),
    ...when(raw.fk_with_period, 'PERIOD in a foreign key'),
    ...when(
      raw.fk_del_set_cols !== undefined,
      'a foreign key that sets only some columns to null or default',
    ),
    ...when(contype === 'CONSTR_GENERATED' && kind === 'v', 'a virtual generated column'),
    ...when(
      (canBeEnforced && raw.is_enforced !== true) || contype === 'CONSTR_ATTR_NOT_ENFORCED',
      'NOT ENFORCED',
    ),
    ...when(
      contype === 'CONSTR_NOTNULL' && keys.length > 0,
      'NOT NULL as a constraint of the table',
    ),
  ];
}

function ofCopy({ options = [] }: CopyStmt): Some {
  const names = options.flatMap((node) => ('DefElem' in node ? [node.DefElem.defname ?? ''] : []));
  return [
    ...when(names.includes('default'), 'COPY with DEFAULT'),
    ...when(
      names.includes('on_error') || names.includes('log_verbosity'),
      'COPY with ON_ERROR or LOG_VERBOSITY',
    ),
    ...when(names.includes('reject_limit'), 'COPY with REJECT_LIMIT'),
  ];
}

function ofGrant({ objtype, privileges = [] }: GrantStmt): Some {
  return [
    ...when(objtype === 'OBJECT_PARAMETER_ACL', 'GRANT ON PARAMETER'),
    ...when(
      privileges.some((node) => 'AccessPriv' in node && node.AccessPriv.priv_name === 'maintain'),
      'the privilege MAINTAIN',
    ),
  ];
}

function ofMerge({ mergeWhenClauses = [], returningClause }: MergeStmt): Some {
  return [
    'MERGE',
    ...when(
      mergeWhenClauses.some(
        (node) =>
          'MergeWhenClause' in node &&
          node.MergeWhenClause.matchKind === 'MERGE_WHEN_NOT_MATCHED_BY_SOURCE',
      ),
      'MERGE with NOT MATCHED BY SOURCE',
    ),
    ...when(returningClause !== undefined, 'MERGE with RETURNING'),
    ...ofReturning(returningClause),
  ];
}

function ofReturning(clause: ReturningClause | undefined): Some {
  if (clause === undefined) return [];
  let has = (clause.options ?? []).length > 0;
  walk(clause.exprs, (key, content) => {
    if (key !== 'ColumnRef') return;
    const [first = '', ...others] = strings((content as ColumnRef).fields);
    if (others.length > 0 && /^(?:old|new)$/.test(first)) has = true;
  });
  return when(has, 'OLD and NEW in RETURNING');
}

function ofPublication({ pubobjtype, pubtable }: PublicationObjSpec): Some {
  return [
    ...when(
      pubobjtype?.startsWith('PUBLICATIONOBJ_TABLES_IN'),
      'a publication of TABLES IN SCHEMA',
    ),
    ...when(
      pubtable?.whereClause !== undefined || pubtable?.columns !== undefined,
      'a publication with column lists or WHERE',
    ),
  ];
}
