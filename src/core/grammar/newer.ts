/** What only PostgreSQL versions above 14 have, by the name people use, with the major version that introduced it. */
export const newerSyntax = {
  'a publication of TABLES IN SCHEMA': 15,
  'a publication with column lists or WHERE': 15,
  'a foreign key that sets only some columns to null or default': 15,
  'GRANT ON PARAMETER': 15,
  MERGE: 15,
  'NULLS NOT DISTINCT': 15,
  security_invoker: 15,
  'SET ACCESS METHOD': 15,
  'an unlogged sequence': 15,
  'a subquery in FROM without a name': 16,
  'COPY with DEFAULT': 16,
  'CREATE STATISTICS without a name': 16,
  'GRANT of a role WITH INHERIT or SET': 16,
  'IS JSON': 16,
  'JSON_ARRAY and JSON_OBJECT of the SQL standard': 16,
  'STORAGE of a column in CREATE TABLE or ADD COLUMN': 16,
  SYSTEM_USER: 16,
  'VACUUM with an option of 16': 16,
  'AT LOCAL': 17,
  'COPY with ON_ERROR or LOG_VERBOSITY': 17,
  JSON_TABLE: 17,
  'JSON_VALUE, JSON_QUERY and JSON_EXISTS': 17,
  'JSON(), JSON_SCALAR and JSON_SERIALIZE': 17,
  'MERGE with NOT MATCHED BY SOURCE': 17,
  'MERGE with RETURNING': 17,
  'random() with bounds': 17,
  'SET ACCESS METHOD DEFAULT': 17,
  'SET EXPRESSION': 17,
  'the privilege MAINTAIN': 17,
  'COPY with REJECT_LIMIT': 18,
  'NOT ENFORCED': 18,
  'NOT NULL as a constraint of the table': 18,
  'OLD and NEW in RETURNING': 18,
  'PERIOD in a foreign key': 18,
  'a virtual generated column': 18,
  'WITHOUT OVERLAPS': 18,
} as const;

/** Functions, by name. */
export const newerFunctions: Readonly<Record<string, number>> = {
  any_value: 16,
  array_reverse: 18,
  array_sample: 16,
  array_shuffle: 16,
  array_sort: 18,
  casefold: 18,
  crc32: 18,
  crc32c: 18,
  date_add: 16,
  date_subtract: 16,
  erf: 16,
  erfc: 16,
  gamma: 18,
  lgamma: 18,
  pg_input_error_info: 16,
  pg_input_is_valid: 16,
  random_normal: 16,
  regexp_count: 15,
  regexp_instr: 15,
  regexp_like: 15,
  regexp_substr: 15,
  to_bin: 17,
  to_oct: 17,
  unicode_version: 17,
  uuid_extract_timestamp: 17,
  uuid_extract_version: 17,
  uuidv4: 18,
  uuidv7: 18,
  xmltext: 17,
};

/** Settings, by name. */
export const newerSettings: Readonly<Record<string, number>> = {
  allow_alter_system: 17,
  createrole_self_grant: 16,
  event_triggers: 17,
  file_copy_method: 18,
  transaction_timeout: 17,
  vacuum_buffer_usage_limit: 16,
  vacuum_truncate: 18,
};

export type NewerSyntax = keyof typeof newerSyntax;

/** Something newer in a statement, with its index in the file. */
export type Newer =
  | { readonly kind: 'syntax'; readonly name: NewerSyntax; readonly at: number }
  | { readonly kind: 'function' | 'setting'; readonly name: string; readonly at: number };
