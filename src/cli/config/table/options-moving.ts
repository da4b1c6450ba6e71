import { oneOf, parseSchema, parseText, toggle } from './values.js';

/** The tools that `pgm import` reads. */
const importWords = [
  'dbmate',
  'diesel',
  'drizzle-kit',
  'flyway',
  'golang-migrate',
  'goose',
  'graphile-migrate',
  'hasura',
  'liquibase',
  'node-pg-migrate',
  'postgrator',
  'postgres-migrations',
  'prisma',
  'rails',
  'refinery',
  'sql-migrate',
  'sqitch',
  'sqlx',
  'supabase',
  'tern',
  'yoyo',
] as const;

/** How another tool's folder is imported. */
export const movingOptions = {
  folder: {
    flag: null,
    words: ['import'],
    completes: 'directory',
    parse: parseText,
    help: 'folder of the other tool, or of the project it is in',
  },
  tool: {
    flag: '--tool <name>',
    unset: 'found out',
    parse: oneOf(...importWords),
    help: 'the tool that the folder belongs to, such as dbmate or flyway',
  },
  into: {
    flag: '--to <dir>',
    variable: 'PGM_IMPORT_TO',
    default: 'migrations',
    completes: 'directory',
    parse: parseText,
    help: 'the directory to write the files to',
  },
  schema: {
    flag: '--schema <name>',
    variable: 'PGM_IMPORT_SCHEMA',
    default: 'public',
    completes: 'schema',
    parse: parseSchema,
    help: 'the schema that the files belong to from now on, and the directory for them',
  },
  partial: toggle('--partial', 'write what is understood, and leave out what needs a hand'),
} as const;
