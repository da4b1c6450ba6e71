import type {
  AlterTableCmd,
  Constraint,
  CopyStmt,
  GrantStmt,
  MergeStmt,
  PublicationObjSpec,
  ReturningClause,
} from 'libpg-query';
import type { NewerSyntax } from '../../core/grammar/newer.js';
import { type ByNode, walk } from './tree/nodes.js';
import { type Around, elementsOf, strings } from './tree/raw.js';

type Some = readonly NewerSyntax[];

const when = (is: boolean | undefined, name: NewerSyntax): Some => (is === true ? [name] : []);
const always = (name: NewerSyntax) => (): Some => [name];
const constructors = always('JSON_ARRAY and JSON_OBJECT of the SQL standard');

/** What a node itself has that is newer than PostgreSQL 14. */
export const syntaxOf: ByNode<Around, Some> = {
  AlterTableCmd: ofAlter,
  ColumnDef: ({ storage_name: storage }) =>
    when(storage !== undefined, 'STORAGE of a column in CREATE TABLE or ADD COLUMN'),
  Constraint: ofConstraint,
  CopyStmt: ofCopy,
  CreateSeqStmt: ({ sequence }) => when(sequence?.relpersistence === 'u', 'an unlogged sequence'),
  CreateStatsStmt: ({ defnames }) =>
    when((defnames ?? []).length === 0, 'CREATE STATISTICS without a name'),
  DeleteStmt: ({ returningClause }) => ofReturning(returningClause),
  DefElem: ({ defname }) => when(defname === 'security_invoker', 'security_invoker'),
  GrantRoleStmt: ({ opt }) =>
    when(
      elementsOf(opt).some(({ defname }) => /^(?:inherit|set)$/.test(defname ?? '')),
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
  VacuumStmt: ({ options }) =>
    when(
      elementsOf(options).some(({ defname }) => vacuum16.test(defname ?? '')),
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

function ofCopy({ options }: CopyStmt): Some {
  const names = elementsOf(options).map(({ defname }) => defname ?? '');
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
  walk(clause.exprs, (node) => {
    if (!('ColumnRef' in node)) return;
    const [first = '', ...others] = strings(node.ColumnRef.fields);
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
