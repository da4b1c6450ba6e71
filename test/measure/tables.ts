/** A table as applications have them: ten columns, a key, a foreign key, two indexes, a check, a comment, a view. */
export function tableStatements(n: number): string {
  const parent = n === 0 ? '' : ` references t${n - 1} (id)`;
  return `create table t${n} (id bigint generated always as identity primary key, parent_id bigint${parent},
  name text not null default 'x', email text unique, price numeric(10, 2) check (price > 0), tags text[], details jsonb,
  is_open boolean not null default true, created_at timestamptz not null default now(), updated_at timestamptz);
create index on t${n} (parent_id);
create index on t${n} (lower(name)) where is_open;
comment on table t${n} is 'table ${n}';
create view v${n} as select id, name from t${n} where is_open;`;
}
