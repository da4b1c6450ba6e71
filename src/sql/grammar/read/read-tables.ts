import type {
  ColumnDef,
  Constraint as RawConstraint,
  CreateStmt,
  CreateTableAsStmt,
  IndexStmt,
  Node,
  SelectStmt,
} from 'libpg-query';
import type {
  Column,
  Constraint,
  CreateTable,
  CreateTableAs,
  CreateIndex,
  Persistence,
} from '../../../core/grammar/tables.js';
import { type Around, nowhere, relationName, relations, strings, typeName } from '../tree/raw.js';
import { readExpr } from './read-expr.js';

export function readCreateTable(raw: CreateStmt, around: Around, isForeign = false): CreateTable {
  const { relation = nowhere, tableElts = [], inhRelations, partbound } = raw;
  const parents = relations(inhRelations, around);
  return {
    kind: 'create-table',
    table: relationName(relation, around),
    isForeign,
    persistence: persistenceOf(relation.relpersistence),
    columns: tableElts.flatMap((node) =>
      'ColumnDef' in node ? [readColumn(node.ColumnDef, around)] : [],
    ),
    constraints: tableElts.flatMap((node) =>
      'Constraint' in node ? readConstraint(node.Constraint, around) : [],
    ),
    inherits: partbound === undefined ? parents : [],
    partitionOf: partbound === undefined ? null : (parents[0] ?? null),
    isDefault: partbound?.is_default === true,
    isPartitioned: raw.partspec !== undefined,
    like: tableElts.flatMap((node) =>
      'TableLikeClause' in node
        ? [relationName(node.TableLikeClause.relation ?? nowhere, around)]
        : [],
    ),
  };
}

function persistenceOf(letter: string | undefined): Persistence {
  return letter === 't' ? 'temporary' : letter === 'u' ? 'unlogged' : 'permanent';
}

export function readColumn(raw: ColumnDef, around: Around): Column {
  const all = (raw.constraints ?? []).flatMap((node) =>
    'Constraint' in node ? [node.Constraint] : [],
  );
  const of = (type: RawConstraint['contype']): RawConstraint | undefined =>
    all.find(({ contype }) => contype === type);
  const generated = of('CONSTR_GENERATED');
  const name = raw.colname ?? '';
  const constraints = all.flatMap((each) => readConstraint(each, around, name));
  return {
    name,
    type: raw.typeName === undefined ? null : typeName(raw.typeName, around),
    default: readExpr(of('CONSTR_DEFAULT')?.raw_expr, around),
    generated:
      generated === undefined ? null : generated.generated_kind === 'v' ? 'virtual' : 'stored',
    isIdentity: of('CONSTR_IDENTITY') !== undefined,
    isNotNull: constraints.some(({ type }) => type === 'not null' || type === 'primary key'),
    constraints: constraints.filter(({ type }) => type !== 'not null'),
    at: around.indexOf(raw.location),
  };
}

const constraintTypes: Partial<Record<NonNullable<RawConstraint['contype']>, Constraint['type']>> =
  {
    CONSTR_CHECK: 'check',
    CONSTR_EXCLUSION: 'exclude',
    CONSTR_FOREIGN: 'foreign key',
    CONSTR_NOTNULL: 'not null',
    CONSTR_PRIMARY: 'primary key',
    CONSTR_UNIQUE: 'unique',
  };

/** Empty for what is not a constraint: DEFAULT, GENERATED, DEFERRABLE. `column`: the one it is written with. */
export function readConstraint(
  raw: RawConstraint,
  around: Around,
  column: string | null = null,
): readonly Constraint[] {
  const { contype, keys, fk_attrs: keysOut, pktable } = raw;
  const type = contype === undefined ? undefined : constraintTypes[contype];
  if (type === undefined) return [];
  const named = strings(type === 'foreign key' ? keysOut : keys);
  return [
    {
      type,
      name: raw.conname ?? null,
      columns: named.length === 0 && column !== null ? [column] : named,
      expression: type === 'check' ? readExpr(raw.raw_expr, around) : null,
      references: pktable === undefined ? null : relationName(pktable, around),
      notValid: raw.skip_validation === true,
      // The parser omits false, and other constraints do not have this field.
      isEnforced: (type !== 'check' && type !== 'foreign key') || raw.is_enforced === true,
      usingIndex: raw.indexname ?? null,
      at: around.indexOf(raw.location),
    },
  ];
}

export function readCreateIndex(raw: IndexStmt, around: Around): CreateIndex {
  const { relation = nowhere, idxname, indexParams = [] } = raw;
  return {
    kind: 'create-index',
    name: idxname ?? null,
    table: relationName(relation, around),
    withPartitions: relation.inh === true,
    unique: raw.unique === true,
    concurrently: raw.concurrent === true,
    method: raw.accessMethod ?? 'btree',
    columns: indexParams.map((node) =>
      'IndexElem' in node ? (node.IndexElem.name ?? null) : null,
    ),
    where: readExpr(raw.whereClause, around),
  };
}

export function readCreateTableAs(raw: CreateTableAsStmt, around: Around): CreateTableAs {
  return tableAs(raw.into, raw.query, around, raw);
}

/** SELECT … INTO creates a table too. */
export function readSelectInto(raw: SelectStmt, around: Around): CreateTableAs {
  return tableAs(raw.intoClause, { SelectStmt: raw }, around, {});
}

function tableAs(
  into: CreateTableAsStmt['into'],
  query: Node | undefined,
  around: Around,
  { objtype }: CreateTableAsStmt,
): CreateTableAs {
  const relation = into?.rel ?? nowhere;
  return {
    kind: 'create-table-as',
    table: relationName(relation, around),
    isMaterializedView: objtype === 'OBJECT_MATVIEW',
    persistence: persistenceOf(relation.relpersistence),
    withData: into?.skipData !== true,
    query: around.query(query),
  };
}
