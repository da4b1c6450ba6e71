import type { ForeignTool } from './foreign-tool.js';

export const liquibase: ForeignTool = {
  name: 'Liquibase',
  special: {
    comment: /^--\s*liquibase\s*formatted\b/i,
    what: 'this is a changelog of Liquibase: pgm would run all its change sets at once, whatever their conditions and attributes are',
    advice:
      'put each change set into a file of its own, as plain SQL without the lines that begin with --liquibase, --changeset and --rollback',
  },
};
