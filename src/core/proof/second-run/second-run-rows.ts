import { sqlstates } from '../../failure/sqlstates.js';

/** SQLSTATEs, a pattern for the statement, and how to make it safe to run twice; `$1` stands for what the pattern captured. */
type Row = readonly [sqlstates: string, statement: RegExp, advice: string];

const lookFirst = (catalog: string, what: string): string =>
  `there is no IF NOT EXISTS for it: put it into a DO block that checks ${catalog} for ${what} first`;

const there = [
  sqlstates.duplicateTable,
  sqlstates.duplicateSchema,
  sqlstates.duplicateFunction,
  sqlstates.duplicateObject,
  // What a unique index of a catalog reports if the server does not check by itself.
  sqlstates.uniqueViolation,
].join(' ');

const gone = [
  sqlstates.undefinedTable,
  sqlstates.undefinedObject,
  sqlstates.undefinedFunction,
  sqlstates.invalidSchemaName,
].join(' ');

const createRows: readonly Row[] = [
  [there, /^CREATE (?:UNIQUE )?INDEX\b/, 'write CREATE INDEX IF NOT EXISTS, with a name'],
  [
    there,
    /^CREATE (?:GLOBAL |LOCAL |TEMP |TEMPORARY |UNLOGGED )*(TABLE|SEQUENCE)\b/,
    'write CREATE $1 IF NOT EXISTS',
  ],
  [
    there,
    /^CREATE (FOREIGN TABLE|MATERIALIZED VIEW|SCHEMA|EXTENSION|COLLATION|STATISTICS|SERVER|USER MAPPING)\b/,
    'write CREATE $1 IF NOT EXISTS',
  ],
  [
    there,
    /^CREATE (?:TEMP |TEMPORARY |RECURSIVE )*(VIEW|RULE|FUNCTION|PROCEDURE|AGGREGATE)\b/,
    'write CREATE OR REPLACE $1',
  ],
  [
    there,
    /^CREATE TRIGGER\b/,
    'write CREATE OR REPLACE TRIGGER, or DROP TRIGGER IF EXISTS before it',
  ],
  [there, /^CREATE (?:TYPE|DOMAIN)\b/, lookFirst('pg_type', 'its name')],
  [there, /^CREATE (?:ROLE|USER|GROUP)\b(?! MAPPING)/, lookFirst('pg_roles', 'its name')],
  [there, /^CREATE (PUBLICATION|SUBSCRIPTION)\b/, lookFirst('pg_$1', 'its name')],
  [there, /^CREATE FOREIGN DATA WRAPPER\b/, lookFirst('pg_foreign_data_wrapper', 'its name')],
  [there, /^CREATE CONSTRAINT TRIGGER\b/, 'write DROP TRIGGER IF EXISTS before it'],
  [
    there,
    /^CREATE (?:DEFAULT |TRUSTED |PROCEDURAL )*(EVENT TRIGGER|POLICY|CAST|CONVERSION|LANGUAGE|OPERATOR CLASS|OPERATOR FAMILY|OPERATOR|TEXT SEARCH \w+|ACCESS METHOD|TRANSFORM)\b/,
    'write DROP $1 IF EXISTS before it',
  ],
  [
    sqlstates.invalidTableDefinition,
    /^CREATE OR REPLACE (?:TEMP |TEMPORARY |RECURSIVE )*VIEW\b/,
    'write DROP VIEW IF EXISTS before it: OR REPLACE only adds columns at the end',
  ],
];

const alterRows: readonly Row[] = [
  [sqlstates.duplicateColumn, /^ALTER TABLE\b.*\bADD\b/, 'write ADD COLUMN IF NOT EXISTS'],
  [sqlstates.duplicateColumn, /^ALTER TYPE\b.*\bADD ATTRIBUTE\b/, lookFirst('pg_attribute', 'it')],
  [sqlstates.duplicateTable, /^ALTER TABLE\b.*\bADD\b/, lookFirst('pg_constraint', 'its name')],
  [
    sqlstates.invalidTableDefinition,
    /^ALTER TABLE\b.*\bADD\b.*\bPRIMARY KEY\b/,
    lookFirst('pg_constraint', 'the primary key of the table'),
  ],
  [
    sqlstates.wrongObjectType,
    /^ALTER TABLE\b.*\bATTACH PARTITION\b/,
    lookFirst('pg_inherits', 'the partition'),
  ],
  [
    `${sqlstates.wrongObjectType} ${sqlstates.undefinedTable}`,
    /^ALTER TABLE\b.*\bDETACH PARTITION\b/,
    'put it into a DO block that checks pg_inherits for the partition first',
  ],
  [
    sqlstates.objectNotInPrerequisiteState,
    /^ALTER TABLE\b.*\bADD GENERATED\b/,
    'write DROP IDENTITY IF EXISTS before it, or check pg_attribute in a DO block first',
  ],
  [
    sqlstates.objectNotInPrerequisiteState,
    /^ALTER TABLE\b.*\bDROP (IDENTITY|EXPRESSION)\b/,
    'write DROP $1 IF EXISTS',
  ],
  [sqlstates.duplicateObject, /^ALTER TYPE\b.*\bADD VALUE\b/, 'write ADD VALUE IF NOT EXISTS'],
  [
    sqlstates.duplicateObject,
    /^ALTER (?:TABLE|DOMAIN)\b.*\bADD\b/,
    'write DROP CONSTRAINT IF EXISTS before it, or put it into a DO block that checks pg_constraint for its name first',
  ],
  [
    sqlstates.duplicateObject,
    /^ALTER PUBLICATION\b.*\bADD\b/,
    lookFirst('pg_publication_tables', 'the table'),
  ],
  [
    sqlstates.undefinedObject,
    /^ALTER (?:TABLE|DOMAIN)\b.*\bDROP CONSTRAINT\b/,
    'write DROP CONSTRAINT IF EXISTS',
  ],
  [sqlstates.undefinedColumn, /^ALTER TABLE\b.*\bDROP\b/, 'write DROP COLUMN IF EXISTS'],
  [sqlstates.undefinedColumn, /^ALTER TYPE\b.*\bDROP\b/, 'write DROP ATTRIBUTE IF EXISTS'],
];

const renameRows: readonly Row[] = [
  [
    `${sqlstates.undefinedColumn} ${sqlstates.duplicateColumn}`,
    /^ALTER\b.*\bRENAME\b/,
    'rename it in a DO block, only if pg_attribute has the old name',
  ],
  [
    sqlstates.undefinedObject,
    /^ALTER\b.*\bRENAME CONSTRAINT\b/,
    'rename it in a DO block that checks pg_constraint for the old name first',
  ],
  [
    `${sqlstates.duplicateObject} ${sqlstates.invalidParameterValue}`,
    /^ALTER TYPE\b.*\bRENAME VALUE\b/,
    'rename it in a DO block that checks pg_enum for the old value first',
  ],
  [
    `${sqlstates.undefinedTable} ${sqlstates.duplicateTable}`,
    /^ALTER\b.*\b(?:RENAME|SET SCHEMA)\b/,
    'put it into a DO block, only if to_regclass finds the old name',
  ],
  [
    gone,
    /^ALTER\b.*\b(?:RENAME|SET SCHEMA)\b/,
    'put it into a DO block that looks for the old name first',
  ],
];

const otherRows: readonly Row[] = [
  [
    sqlstates.uniqueViolation,
    /^(?:WITH\b.*\b)?INSERT\b/,
    'write INSERT … ON CONFLICT DO NOTHING, or DO UPDATE',
  ],
  [
    sqlstates.uniqueViolation,
    /^COPY\b/,
    'COPY into a temporary table, and from there INSERT … ON CONFLICT DO NOTHING',
  ],
  [
    gone,
    /^DROP (EVENT TRIGGER|FOREIGN TABLE|FOREIGN DATA WRAPPER|MATERIALIZED VIEW|USER MAPPING|ACCESS METHOD|OPERATOR CLASS|OPERATOR FAMILY|TEXT SEARCH \w+|\w+)\b/,
    'write DROP $1 IF EXISTS',
  ],
];

/** The first match is used. */
export const secondRunRows: readonly Row[] = [
  ...createRows,
  ...alterRows,
  ...renameRows,
  ...otherRows,
];
