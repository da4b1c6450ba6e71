import { columns, constraints, type Form, others, table, tables } from './forms.js';

export const groups: Readonly<Record<string, readonly Form[]>> = {
  columns,
  constraints,
  tables,
  others,
};

/** What was there before, and the statement, as two files of a schema of their own. */
export function filesOf(form: Form, schema: string): Readonly<Record<string, string>> {
  const before = `create schema ${schema}; ${table} ${form.before ?? ''}`;
  return {
    [`${schema}/1_before.sql`]: inSchema(before, schema),
    [`${schema}/2_form.sql`]: inSchema(textOf(form), schema),
  };
}

function inSchema(text: string, schema: string): string {
  return text.replaceAll('$$', () => schema).replaceAll('$.', () => `${schema}.`);
}

function textOf({ statement, file }: Form): string {
  return file ?? `set search_path = $$; alter table t ${statement};`;
}
