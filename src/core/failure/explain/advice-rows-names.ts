import type { AdviceRow } from './advice-rows.js';
import { sqlstates } from '../sqlstates.js';

/** Advice about names, rights and limits; see `adviceRows`. */
export const adviceRowsOfNames: readonly AdviceRow[] = [
  {
    // An error of our own: the server's have a routine.
    sqlstate: sqlstates.untranslatableCharacter,
    routine: /^$/,
    words: 'rename the file, or use a database with the encoding UTF8',
  },
  {
    sqlstate: sqlstates.untranslatableCharacter,
    routine: /^report_untranslatable_char/,
    // The server translates a message before it runs any of it; a function that translates is another matter.
    statement: /^(?![^;]*\b(?:convert|dblink))/i,
    code: /^[\u0080-\uffff]/,
    words:
      'the encoding of the database has no such character: write another one, or use a database with the encoding UTF8',
  },
  {
    sqlstate: sqlstates.insufficientPrivilege,
    routine: /^(?:ExecWithCheckOptions|check_enable_rls)$/,
    words:
      'row-level security blocks it, not a missing GRANT: let the owner of the table or a role with BYPASSRLS run the file, or add a policy that allows it',
  },
  {
    sqlstate: sqlstates.insufficientPrivilege,
    routine: /^aclcheck_error$/,
    statement: /^create\b/i,
    message: /\bpublic\b/,
    words:
      'since PostgreSQL 15 only the owner of a database may create in its schema public: GRANT CREATE ON SCHEMA public to the role that pgm connects as, or create a schema of your own',
  },
  {
    sqlstate: sqlstates.insufficientPrivilege,
    routine: /^aclcheck_error$/,
    words:
      'the role that pgm connects as lacks the right: GRANT it, or let the owner of the object run the file',
  },
  {
    sqlstate: sqlstates.syntaxError,
    code: /^:['"]?[A-Za-z_]/,
    words:
      'that is a variable of psql, which pgm does not replace: write the value into the file, or read it with current_setting()',
  },
  {
    sqlstate: sqlstates.syntaxError,
    code: /^(?:\$\{|\{\{)/,
    words:
      'that is a placeholder, which pgm does not replace: files are sent as they are, so fill it in before they are put into the ConfigMap',
  },
  {
    sqlstate: sqlstates.syntaxError,
    routine: /^scanner_yyerror$/,
    words: 'PostgreSQL cannot parse the file there; often the mistake is just before it',
  },
  {
    sqlstate: sqlstates.duplicateColumn,
    routine: /^check_for_column_name_collision$/,
    statement: /^alter\b[^;]*\badd\b/i,
    words: 'the column already exists: ADD COLUMN IF NOT EXISTS makes the file safe to run again',
  },
  {
    sqlstate: sqlstates.undefinedObject,
    routine: /^(?:find_option|assignable_custom_variable_name|set_config_\w+)$/,
    words:
      'this server does not know that parameter; in a dump that a newer pg_dump wrote, remove the line that sets it, or dump with the pg_dump of the version of the server',
  },
  {
    sqlstate: sqlstates.undefinedObject,
    routine: /^typenameType$/,
    words:
      'the type does not exist yet, or is in a schema that is not searched: create it in a file that sorts before this one (types of extensions need CREATE EXTENSION)',
  },
  {
    sqlstate: sqlstates.undefinedObject,
    routine: /^(?:get_role_oid|get_rolespec_tuple)$/,
    words:
      'there is no such role on this server: create it first; a dump of one database does not contain roles (pg_dump --no-owner --no-privileges leaves them out)',
  },
  {
    sqlstate: sqlstates.undefinedObject,
    routine: /^(?:DropErrorMsgNonExistent|ATExecDropConstraint|get_trigger_oid)$/,
    words:
      'what is to be dropped does not exist: check its name and schema; DROP … IF EXISTS makes the file safe to run again',
  },
  {
    sqlstate: sqlstates.duplicateObject,
    routine: /^AddEnumLabel$/,
    words: 'the value already exists: ADD VALUE IF NOT EXISTS makes the file safe to run again',
  },
  {
    sqlstate: sqlstates.duplicateObject,
    statement: /^(?:create|alter)\b/i,
    words:
      'it already exists: use IF NOT EXISTS or OR REPLACE, or check the catalog first in a DO block, so that the file can run again',
  },
  {
    sqlstate: sqlstates.duplicateFunction,
    routine: /^ProcedureCreate$/,
    words: 'the function already exists: CREATE OR REPLACE makes the file safe to run again',
  },
  {
    sqlstate: sqlstates.undefinedFunction,
    routine: /^ParseFuncOrColumn$/,
    words:
      'no such function for these argument types: create it in a file that sorts before this one, or cast the arguments',
  },
  {
    sqlstate: sqlstates.undefinedTable,
    routine: /^(?:parserOpenTable|RangeVarGetRelidExtended|regclassin)$/,
    words:
      'the table does not exist yet or is in another schema: write schema.table, and check that the file that creates it sorts before this one',
  },
  {
    sqlstate: sqlstates.undefinedTable,
    routine: /^DropErrorMsgNonExistent$/,
    words:
      'what is to be dropped does not exist: check its name and schema; DROP … IF EXISTS makes the file safe to run again',
  },
  {
    sqlstate: sqlstates.duplicateSchema,
    routine: /^NamespaceCreate$/,
    statement: /^create\s+schema\s+"?pgm"?\s*(?:;|$)/i,
    words: 'that schema is the history of pgm itself: leave it out of the dump (pg_dump -N pgm)',
  },
  {
    sqlstate: sqlstates.duplicateSchema,
    routine: /^NamespaceCreate$/,
    words:
      'the schema already exists: CREATE SCHEMA IF NOT EXISTS makes the file safe to run again',
  },
  {
    sqlstate: sqlstates.duplicateTable,
    statement: /^create\s+(?:table|index|unique\s+index|sequence)\b[^;(]*"?\bpgm"?\s*\./i,
    words: 'that schema is the history of pgm itself: leave it out of the dump (pg_dump -N pgm)',
  },
  {
    sqlstate: sqlstates.duplicateTable,
    statement: /^create\s+(?:recursive\s+)?view\b/i,
    words:
      'it already exists: CREATE OR REPLACE VIEW makes the file safe to run again, if what exists is a view',
  },
  {
    sqlstate: sqlstates.duplicateTable,
    statement: /^create\b/i,
    words: 'it already exists: IF NOT EXISTS makes the file safe to run again',
  },
  {
    sqlstate: sqlstates.tooManyConnections,
    routine: /^InitializeSessionUserId$/,
    words:
      'the role has a limit of its own: ALTER ROLE … CONNECTION LIMIT raises it; max_connections does not matter',
  },
  {
    sqlstate: sqlstates.tooManyConnections,
    routine: /^CheckMyDatabase$/,
    words:
      'the database has a limit of its own: ALTER DATABASE … CONNECTION LIMIT raises it; max_connections does not matter',
  },
  {
    sqlstate: sqlstates.tooManyConnections,
    routine: /^(?:InitProcess|InitPostgres|ProcArrayAdd)$/,
    words: 'the server has no free connection: end idle sessions, or raise max_connections',
  },
  {
    sqlstate: sqlstates.objectInUse,
    routine: /^CheckTableNotInUse$/,
    words:
      'this very file still uses the table: if it changed rows before, SET CONSTRAINTS ALL IMMEDIATE runs the checks that wait for COMMIT, or put the ALTER into the next file; in a loop or with an open cursor over the table, end that first',
  },
  {
    sqlstate: sqlstates.objectInUse,
    routine: /^(?:dropdb|createdb|movedb|RenameDatabase)$/,
    words: 'other sessions use the database: end them, or run the file when nobody is connected',
  },
  {
    sqlstate: sqlstates.lockNotAvailable,
    words:
      'another session kept the table locked for longer than lock_timeout: find it in pg_stat_activity, run again later, or raise the limit with "-- pgm:lock-timeout 60s"',
  },
  {
    sqlstate: sqlstates.unsafeNewEnumValueUsage,
    words:
      'a new value of an enum can be used only after the transaction that adds it: move ALTER TYPE … ADD VALUE into a file that sorts before this one',
  },
  {
    sqlstate: sqlstates.queryCanceled,
    words:
      'the statement was cancelled, by a person or by statement_timeout: SET statement_timeout in the file gives it more time',
  },
];
