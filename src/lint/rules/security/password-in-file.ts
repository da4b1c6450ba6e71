import type { StatementRule } from '../../known/rule.js';

export const passwordInFile: StatementRule<'password-in-file'> = {
  name: 'password-in-file',
  family: 'security',
  severity: 'warning',
  summary: 'a password in CREATE ROLE, ALTER ROLE or CREATE USER',
  why: 'The file is in a repository and in a ConfigMap, which more people may read than a Secret. The server writes the statement into its log where log_statement or log_min_duration_statement asks for that, or where it fails. Whoever runs the file again sets the old password anew. MD5 makes it no better: the hash is enough to log in.',
  instead:
    'make the role without a password, and set it from a Secret outside of the files; revoke the one that stands here',
  examples: {
    bad: [
      "CREATE ROLE app LOGIN PASSWORD 'example';",
      "ALTER USER app WITH ENCRYPTED PASSWORD 'md5c4ca4238a0b923820dcc509a6f75849b';",
      "DO $$ BEGIN CREATE USER app PASSWORD 'example'; EXCEPTION WHEN duplicate_object THEN NULL; END $$;",
    ],
    good: [
      'ALTER ROLE app PASSWORD NULL;',
      "ALTER ROLE app PASSWORD 'SCRAM-SHA-256$4096:c2FsdA==$c3RvcmVk:c2VydmVy';",
      'CREATE ROLE app LOGIN;',
    ],
  },
  looksAt: 'statement',
  check: (statement) => {
    if (statement.kind !== 'create-role' && statement.kind !== 'alter-role') return [];
    const { passwordAt, passwordIsVerifier, role } = statement;
    if (passwordAt === null || passwordIsVerifier) return [];
    return [{ at: passwordAt, message: `who may read this file knows the password of ${role}` }];
  },
};
