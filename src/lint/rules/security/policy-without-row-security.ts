import type { SourceRule } from '../../known/rule.js';

export const policyWithoutRowSecurity: SourceRule<'policy-without-row-security'> = {
  name: 'policy-without-row-security',
  family: 'security',
  severity: 'warning',
  summary: 'a policy on a table for which no file enables row security',
  why: 'CREATE POLICY alone changes nothing: as long as row security is off, everybody who may read the table reads every row, whatever the policy says. PostgreSQL does not warn about it.',
  instead: 'add ALTER TABLE … ENABLE ROW LEVEL SECURITY',
  examples: {
    bad: [
      'CREATE TABLE IF NOT EXISTS orders (id bigint, tenant text);\nDROP POLICY IF EXISTS own ON orders;\nCREATE POLICY own ON orders USING (tenant = current_user);',
      {
        'public/001_orders.sql':
          'CREATE TABLE IF NOT EXISTS orders (id bigint);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nDROP POLICY IF EXISTS own ON orders;\nCREATE POLICY own ON orders USING (true);',
        'public/002_off.sql': 'ALTER TABLE orders DISABLE ROW LEVEL SECURITY;',
      },
    ],
    good: [
      'DROP POLICY IF EXISTS own ON orders;\nCREATE POLICY own ON orders USING (true);',
      {
        'public/001_orders.sql':
          'CREATE TABLE IF NOT EXISTS orders (id bigint);\nDROP POLICY IF EXISTS own ON orders;\nCREATE POLICY own ON orders USING (true);',
        'public/002_on.sql': 'ALTER TABLE orders ENABLE ROW LEVEL SECURITY;',
      },
      "CREATE TABLE IF NOT EXISTS orders (id bigint);\nDROP POLICY IF EXISTS own ON orders;\nCREATE POLICY own ON orders USING (true);\nDO $$ DECLARE t text; BEGIN FOREACH t IN ARRAY ARRAY['orders'] LOOP EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t); END LOOP; END $$;",
      'CREATE TABLE IF NOT EXISTS orders (id bigint, tenant text);\nALTER TABLE orders ENABLE ROW LEVEL SECURITY;\nDROP POLICY IF EXISTS own ON orders;\nCREATE POLICY own ON orders USING (tenant = current_user);',
    ],
  },
  looksAt: 'source',
  check: (_source, known) => {
    if (known.runsUnknown) return [];
    return [...known.relations()].flatMap(({ schema, name, rowSecurity, policies }) => {
      if (rowSecurity !== null) return [];
      return [...policies].map(([policy, { file }]) => {
        const message = `policy ${policy} does nothing: row security is off for ${schema}.${name}`;
        return { key: file, at: null, message };
      });
    });
  },
};
