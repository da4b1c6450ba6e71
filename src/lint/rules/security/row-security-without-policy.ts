import type { SourceRule } from '../../known/rule.js';

export const rowSecurityWithoutPolicy: SourceRule<'row-security-without-policy'> = {
  name: 'row-security-without-policy',
  family: 'security',
  severity: 'warning',
  summary: 'row security is enabled for a table for which no file creates a policy',
  why: 'Without a policy nobody but the owner of the table and superusers sees or changes a row: SELECT, UPDATE and DELETE find none, without an error, and INSERT fails with “new row violates row-level security policy”. To programs that connect as another role than the owner of the table, all data seems lost.',
  instead:
    'create a policy for those who need the rows; if nobody does, say so: -- pgm:ignore row-security-without-policy because …',
  examples: {
    bad: [
      'CREATE TABLE IF NOT EXISTS orders (id bigint);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;',
      {
        'public/001_orders.sql': 'CREATE TABLE IF NOT EXISTS orders (id bigint);',
        'public/002_rls.sql': 'ALTER TABLE orders ENABLE ROW LEVEL SECURITY;',
      },
      'CREATE TABLE IF NOT EXISTS orders (id bigint);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nDROP POLICY IF EXISTS p ON orders;\nCREATE POLICY p ON orders USING (true);\nDROP POLICY p ON orders;',
    ],
    good: [
      'ALTER TABLE orders ENABLE ROW LEVEL SECURITY;',
      'CREATE TABLE IF NOT EXISTS orders (id bigint);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nALTER TABLE orders DISABLE ROW LEVEL SECURITY;',
      {
        'public/001_orders.sql':
          'CREATE TABLE IF NOT EXISTS orders (id bigint);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nALTER TABLE orders RENAME TO sales;',
        'public/002_policy.sql':
          'DROP POLICY IF EXISTS everybody ON sales;\nCREATE POLICY everybody ON sales USING (true);',
      },
      "CREATE TABLE IF NOT EXISTS orders (id bigint);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nDO $$ BEGIN EXECUTE format('CREATE POLICY %I ON orders', current_user); END $$;",
      'CREATE TABLE IF NOT EXISTS orders (id bigint, tenant text);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nDROP POLICY IF EXISTS own ON orders;\nCREATE POLICY own ON orders USING (tenant = current_user);',
    ],
  },
  looksAt: 'source',
  check: (_source, known) => {
    // What a format() builds may be the policy.
    if (known.runsUnknown) return [];
    return [...known.relations()].flatMap(({ schema, name, rowSecurity, policies }) => {
      if (rowSecurity === null || policies.size > 0) return [];
      const message = `row security is on for ${schema}.${name}, and no file creates a policy: only its owner sees its rows`;
      return [{ key: rowSecurity.file, at: null, message }];
    });
  },
};
