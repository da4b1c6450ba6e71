/** The SQLSTATEs that pgm knows, under the names that PostgreSQL gives them (errcodes-appendix of its manual). */
export const sqlstates = {
  protocolViolation: '08P01',
  featureNotSupported: '0A000',
  invalidParameterValue: '22023',
  invalidTextRepresentation: '22P02',
  characterNotInRepertoire: '22021',
  badCopyFileFormat: '22P04',
  untranslatableCharacter: '22P05',
  notNullViolation: '23502',
  foreignKeyViolation: '23503',
  uniqueViolation: '23505',
  checkViolation: '23514',
  activeSqlTransaction: '25001',
  readOnlySqlTransaction: '25006',
  inFailedSqlTransaction: '25P02',
  idleInTransactionSessionTimeout: '25P03',
  transactionTimeout: '25P04',
  invalidSqlStatementName: '26000',
  invalidAuthorizationSpecification: '28000',
  invalidPassword: '28P01',
  dependentObjectsStillExist: '2BP01',
  invalidTransactionTermination: '2D000',
  modifyingSqlDataNotPermitted: '2F002',
  invalidCatalogName: '3D000',
  invalidSchemaName: '3F000',
  serializationFailure: '40001',
  deadlockDetected: '40P01',
  insufficientPrivilege: '42501',
  syntaxError: '42601',
  duplicateColumn: '42701',
  undefinedColumn: '42703',
  undefinedObject: '42704',
  duplicateObject: '42710',
  duplicateFunction: '42723',
  undefinedFunction: '42883',
  undefinedTable: '42P01',
  wrongObjectType: '42809',
  duplicateDatabase: '42P04',
  duplicatePreparedStatement: '42P05',
  duplicateSchema: '42P06',
  duplicateTable: '42P07',
  invalidTableDefinition: '42P16',
  withCheckOptionViolation: '44000',
  diskFull: '53100',
  outOfMemory: '53200',
  tooManyConnections: '53300',
  programLimitExceeded: '54000',
  objectNotInPrerequisiteState: '55000',
  objectInUse: '55006',
  lockNotAvailable: '55P03',
  unsafeNewEnumValueUsage: '55P04',
  queryCanceled: '57014',
  adminShutdown: '57P01',
  cannotConnectNow: '57P03',
  idleSessionTimeout: '57P05',
  undefinedFile: '58P01',
} as const;

/** True for a SQLSTATE, which contains a digit; error codes of the system do not. */
export function isSqlstate(code: string): boolean {
  return /^(?=.*\d)[\dA-Z]{5}$/.test(code);
}

const contended: ReadonlySet<string> = new Set([
  sqlstates.lockNotAvailable,
  sqlstates.deadlockDetected,
  sqlstates.serializationFailure,
]);

/** How often a file that loses to other sessions is tried at most. */
export const contentionTries = 5;

/** True for a lock held by somebody else, a deadlock or a lost serialization race: the same work may succeed a moment later. */
export function isContended(sqlstate: string): boolean {
  return contended.has(sqlstate);
}
