import type { ServerError } from './explain-failure.js';

/** What to do about an error of the server, where its SQLSTATE names a cause that people meet; else null. */
export function adviceFor(error: ServerError): string | null {
  if (error.atCommit) {
    return 'the constraint is deferred, so it was checked when the file was complete, at COMMIT: look for the rows that break it, not for a statement';
  }
  return special(error) ?? usual[error.sqlstate] ?? null;
}

/** Where the code alone does not tell. Messages may be in any language, so only codes and names are looked at. */
function special({ sqlstate, schema, message, where }: ServerError): string | null {
  switch (sqlstate) {
    case '42501':
      return schema === 'public' || /\bpublic\b/.test(message) ? publicSchema : null;
    case '0A000':
    case '58P01':
      return /\bextension\b|\.control\b/.test(message) ? noSuchExtension : null;
    case '22P02':
      return where !== null && /^COPY /m.test(where) ? wrongRow : null;
    default:
      return null;
  }
}

const publicSchema =
  'since PostgreSQL 15 only the owner of a database may create in its schema public: GRANT CREATE ON SCHEMA public to the role that pgm connects as, or create a schema of your own';
const noSuchExtension =
  'the extension is not installed on the server: use an image that has it, or take it out of the file; pg_available_extensions lists what is there';
const wrongRow = 'a row of COPY does not fit the columns: compare their number, order and types';

const usual: Readonly<Record<string, string>> = {
  '0A000':
    'this server does not do that; compare its version with the one the file was written for',
  '22P02': 'a value does not fit the type of its column; compare the order of columns and values',
  '23502': 'give the column a value or a default before it is made NOT NULL',
  '23503':
    'the row it points at is missing: insert that one first, in this file or in one that sorts before it',
  '23505':
    'the row is there already, perhaps from an earlier run: INSERT … ON CONFLICT DO NOTHING makes the file fit to run again',
  '23514':
    'rows that are there already break the rule, or the file inserts one: mend them first in the same file',
  '25001':
    'it cannot run inside a transaction: put it into a file of its own, or write "-- pgm:no-transaction" in the header',
  '25006':
    'the transaction is read-only: take SET TRANSACTION READ ONLY out of the file, or look at default_transaction_read_only',
  '25P02':
    'an earlier statement of the file failed and was caught nowhere: that is the one to mend',
  '2BP01':
    'other objects depend on it: drop those first, or use CASCADE where losing them is meant',
  '2F002':
    'take that out of the file: only pgm writes in that schema, and a wrong row there makes files run twice or never; reading is fine',
  '2D000':
    'COMMIT and ROLLBACK in a DO block or procedure need a file that runs outside a transaction: write "-- pgm:no-transaction" in the header',
  '3F000':
    'the schema does not exist yet: CREATE SCHEMA IF NOT EXISTS in a file that sorts before this one',
  '40001':
    'another transaction changed the same rows in between: it was tried again in vain, so look who writes there',
  '40P01':
    'this file and another session waited for each other: lock tables in the same order as the application does, or run it when that is quiet',
  '42501':
    'the role that pgm connects as lacks the right: GRANT it, or let the owner of the object run the file',
  '42601': 'the SQL cannot be read at that place; often the mistake is just before it',
  '42701': 'the column is there already: ADD COLUMN IF NOT EXISTS makes the file fit to run again',
  '42704':
    'the type, role or extension it names does not exist yet: create it in a file that sorts before this one (types of extensions need CREATE EXTENSION)',
  '42710':
    'it is there already: use IF NOT EXISTS or OR REPLACE, or ask the catalog first in a DO block, so that the file can run again',
  '42723': 'the function is there already: CREATE OR REPLACE makes the file fit to run again',
  '42883':
    'no such function for these argument types: create it in a file that sorts before this one, or cast the arguments',
  '42P01':
    'the table does not exist yet, or lies in another schema: write schema.table, and look whether the file that creates it sorts before this one',
  '42P06':
    'the schema is there already: CREATE SCHEMA IF NOT EXISTS makes the file fit to run again',
  '42P07': 'it is there already: IF NOT EXISTS makes the file fit to run again',
  '53300': 'the server has no connection free: raise max_connections or end idle sessions',
  '54000': 'a limit of the server was passed: split the file or the statement',
  '55006': 'other sessions use it: end them, or run the file when nobody is connected',
  '55P03':
    'another session kept the table locked for longer than lock_timeout: look who it is with pgm status, run again later, or raise the limit with "-- pgm:lock-timeout 60s"',
  '55P04':
    'a new value of an enum can be used only after the transaction that adds it: move ALTER TYPE … ADD VALUE into a file that sorts before this one',
  '57014':
    'the statement was cancelled, by a person or by statement_timeout: SET LOCAL statement_timeout in the file gives it more time',
};
