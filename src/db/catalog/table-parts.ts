import {
  type CatalogQuery,
  type CatalogServer,
  identityOf,
  identityOrNull,
  role,
  whenTrue,
} from './catalog-query.js';

/** What belongs to a table: constraints, triggers, rules, policies, extended statistics. */
export function tablePartQueries(server: CatalogServer): readonly CatalogQuery[] {
  return [constraints(server), triggers, rules, policies, statistics];
}

const ofTable = (table: string): Pick<CatalogQuery, 'schema' | 'table'> => ({
  schema: `(select relnamespace from pg_catalog.pg_class where oid = ${table})`,
  table,
});

/** ALTER TABLE … DISABLE TRIGGER ALL reaches the triggers that enforce a foreign key. */
const enforced = `case it.contype when 'f' then (select pg_catalog.string_agg(distinct case t.tgenabled when 'D' then 'disabled' when 'R' then 'on replicas only'
    else 'always' end, ', ')
  from pg_catalog.pg_trigger t where t.tgconstraint = it.oid and t.tgisinternal and t.tgenabled <> 'O') end`;

/**
 * An expression: the constraint is one that PostgreSQL creates for each partition of the table that a foreign key refers to.
 */
const isForPartition = (
  constraint: string,
): string => `exists (select from pg_catalog.pg_constraint whole
  where whole.oid = ${constraint}.conparentid and whole.conrelid = ${constraint}.conrelid)`;

/** An expression: its name. Those for a partition are numbered in the order they happened to be created. */
const constraintName = (
  constraint: string,
  usual: string,
): string => `case when ${isForPartition(constraint)} then
  (with recursive up as (
    select p.oid, p.conname, p.conparentid, p.conrelid from pg_catalog.pg_constraint p where p.oid = ${constraint}.conparentid
    union all
    select p.oid, p.conname, p.conparentid, p.conrelid from up join pg_catalog.pg_constraint p
      on p.oid = up.conparentid and p.conrelid = up.conrelid)
  select pg_catalog.quote_ident(up.conname) || ' on ' || ${identityOf('pg_class', 'up.conrelid')} || ' to ' ||
    ${identityOf('pg_class', `${constraint}.confrelid`)}
  from up where not ${isForPartition('up')})
  else ${usual} end`;

const partOf = `case when it.conparentid <> 0 then (select ${constraintName('parent', identityOf('pg_constraint', 'parent.oid'))} from pg_catalog.pg_constraint parent where parent.oid = it.conparentid) end`;

const constraints = ({ major }: CatalogServer): CatalogQuery => ({
  catalog: 'pg_constraint',
  where: `it.contype in ('c', 'f', 'p', 'u', 'x')`,
  besides: {
    'a constraint trigger, which is a trigger': `it.contype = 't'`,
    ...(major < 17 ? {} : { 'a fact of its column or domain': `it.contype = 'n'` }),
  },
  schema: 'it.connamespace',
  table: 'it.conrelid',
  members: [
    ['pg_class', 'it.conrelid'],
    ['pg_type', 'it.contypid'],
  ],
  identity: constraintName('it', 'o.identity'),
  facts: {
    definition: 'pg_catalog.pg_get_constraintdef(it.oid)',
    'not valid': whenTrue('not it.convalidated'),
    'part of': partOf,
    inherited: whenTrue('it.coninhcount > 0'),
    'of its own too': `case when it.coninhcount > 0 then ${whenTrue('it.conislocal')} end`,
    enforced,
  },
});

const howEnabled = (column: string): string =>
  `case ${column} when 'D' then 'disabled' when 'R' then 'on replicas only' when 'A' then 'always' end`;

const triggers: CatalogQuery = {
  catalog: 'pg_trigger',
  // On 14 a trigger that a partition has from its parent counts as internal.
  where: 'not it.tgisinternal or it.tgparentid <> 0 and it.tgconstraint = 0',
  besides: { 'what enforces a constraint': 'it.tgisinternal' },
  ...ofTable('it.tgrelid'),
  facts: {
    definition: 'pg_catalog.pg_get_triggerdef(it.oid)',
    enabled: howEnabled('it.tgenabled'),
    'part of': identityOrNull('pg_trigger', 'it.tgparentid'),
  },
};

const rules: CatalogQuery = {
  catalog: 'pg_rewrite',
  where: `it.rulename <> '_RETURN'`,
  besides: { 'the query of a view, which is its definition': `it.rulename = '_RETURN'` },
  ...ofTable('it.ev_class'),
  facts: {
    definition: 'pg_catalog.pg_get_ruledef(it.oid)',
    enabled: howEnabled('it.ev_enabled'),
  },
};

const policies: CatalogQuery = {
  catalog: 'pg_policy',
  ...ofTable('it.polrelid'),
  facts: {
    for: `case it.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update' when 'd' then 'delete' else 'all' end`,
    restrictive: whenTrue('not it.polpermissive'),
    to: `(select pg_catalog.jsonb_agg(case r when 0 then 'PUBLIC' else ${role('r')} end order by r = 0, ${role('r')} collate "C")
      from pg_catalog.unnest(it.polroles) r)`,
    using: 'pg_catalog.pg_get_expr(it.polqual, it.polrelid)',
    'with check': 'pg_catalog.pg_get_expr(it.polwithcheck, it.polrelid)',
  },
};

const statistics: CatalogQuery = {
  catalog: 'pg_statistic_ext',
  schema: 'it.stxnamespace',
  table: 'it.stxrelid',
  owner: 'it.stxowner',
  facts: {
    definition: 'pg_catalog.pg_get_statisticsobjdef(it.oid)',
    target: 'case when it.stxstattarget >= 0 then it.stxstattarget end',
  },
};
