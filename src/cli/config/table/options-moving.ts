import { accepted, type Parsed, refused } from '../../../core/text/words.js';
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
  'knex',
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
  'umzug',
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
    unset: 'detected',
    parse: oneOf(...importWords),
    help: 'the tool that the folder, or the table in the database, belongs to, such as dbmate or flyway',
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
  partial: toggle(
    '--partial',
    'write what is understood, and leave out what has to be fixed by hand',
  ),
} as const;

/** How another tool's history is taken over. */
export const takeoverOptions = {
  fromHistory: toggle(
    '--from-history',
    "mark what another tool's table in the database says it has applied; the files are those that pgm import wrote",
  ),
  toolTable: {
    flag: '--tool-table <name>',
    unset: "the tool's usual one, in any schema",
    parse: parseTable,
    help: 'that table, as name or schema.name',
  },
  acceptEdited: toggle(
    '--accept-edited',
    'mark files that were edited since the tool applied them as applied as they are',
  ),
} as const;

function parseTable(text: string): Parsed<{ schema: string | null; name: string }> {
  const [, schema = null, name = ''] = /^(?:([^.]+)\.)?([^.]+)$/.exec(text) ?? [];
  return name === '' ? refused('use a name such as app.migrations') : accepted({ schema, name });
}
