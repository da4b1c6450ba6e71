import type { StatementRule } from '../../known/rule.js';

export const passwordInFile: StatementRule<'password-in-file'> = {
  name: 'password-in-file',
  family: 'security',
  severity: 'warning',
  summary:
    'a password in CREATE ROLE or USER, in a user mapping, server or subscription, or in a call of dblink',
  why: 'The file is in a repository and in a ConfigMap, which more people may read than a Secret. The server writes the statement to its log if log_statement or log_min_duration_statement is set to that, or if it fails. Whoever runs the file again sets the old password again. MD5 does not help: the hash is enough to log in.',
  instead:
    'leave the password out, and set it from a Secret, outside the files; change the one in the file',
  examples: {
    bad: [
      "CREATE ROLE app LOGIN PASSWORD 'example';",
      "ALTER USER app WITH ENCRYPTED PASSWORD 'md5c4ca4238a0b923820dcc509a6f75849b';",
      "DO $$ BEGIN CREATE USER app PASSWORD 'example'; EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
      "DROP USER MAPPING IF EXISTS FOR app SERVER reports;\nCREATE USER MAPPING FOR app SERVER reports OPTIONS (user 'app', password 'example');",
      "ALTER SUBSCRIPTION orders CONNECTION 'host=db user=app password=example';",
      "ALTER SERVER reports OPTIONS (SET password 'example');",
      "INSERT INTO seen SELECT * FROM dblink('postgresql://app:example@db/shop', 'SELECT 1') AS t (n int) ON CONFLICT DO NOTHING;",
    ],
    good: [
      'ALTER ROLE app PASSWORD NULL;',
      "ALTER ROLE app PASSWORD 'SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy';",
      "ALTER SUBSCRIPTION orders CONNECTION 'host=db user=app passfile=/run/secrets/pgpass';",
      "DO $$ BEGIN PERFORM dblink_connect(format('host=db password=%s', current_setting('app.secret'))); END $$;",
      "DROP USER MAPPING IF EXISTS FOR app SERVER reports;\nCREATE USER MAPPING FOR app SERVER reports OPTIONS (user 'app');",
      'CREATE ROLE app LOGIN;',
    ],
  },
  looksAt: 'statement',
  check: ({ passwords }) =>
    passwords.map(({ of, at }) => {
      return { at, message: `whoever can read this file knows the password of ${of}` };
    }),
};
