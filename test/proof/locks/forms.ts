/** A statement to measure. `$.` stands for a schema of its own. */
export interface Form {
  /** As the page shows it. */
  readonly statement: string;
  /** What an earlier file made, besides the table `t`. */
  readonly before?: string;
  /** The text of the file, where it is more than the statement. */
  readonly file?: string;
  /** The first major version that has it. */
  readonly since?: number;
  /** The lock on the table by PostgreSQL's manual, those of 15 and 18, which agree; for ALTER TABLE it is the strongest where it names none. */
  readonly manual: string;
  /** Where the measurement shows more, less or something else than the manual says, and why. */
  readonly note?: string;
}

const ae = 'ACCESS EXCLUSIVE';
const sue = 'SHARE UPDATE EXCLUSIVE';
const sre = 'SHARE ROW EXCLUSIVE';

/** Each schema has it, with 100 rows where they are needed. */
export const table = 'create table $.t (id int primary key, a int, b varchar(10), c text, p int);';

const rewriteSince18 = 'the manual of 18 names the rewrite, that of 15 does not';
const rewriteUnsaid = 'the manual does not say that the table is written anew';
const onBoth = `${sre} on both tables`;
const attaching = `${sue} on the parent, ${ae} on the partition and on a default one`;

const reference = 'create table $.r (id int primary key);';
const partitioned = `create table $.pt (id int, v int) partition by range (id); create table $.p1 (id int not null, v int);`;
const attached = `${partitioned} alter table $.pt attach partition $.p1 for values from (0) to (1000);`;
const view =
  'create materialized view $.m as select id, a from $.t; create unique index m_id on $.m (id);';

export const columns: readonly Form[] = [
  { statement: 'ADD COLUMN n int', manual: ae },
  { statement: 'ADD COLUMN n int DEFAULT 7', manual: ae },
  {
    statement: 'ADD COLUMN n timestamptz NOT NULL DEFAULT now()',
    manual: ae,
    note: 'the manual has a new NOT NULL read the table; here all rows get one value, as now() is the same for the whole statement. Some tools call it a rewrite',
  },
  {
    statement: 'ADD COLUMN n uuid DEFAULT gen_random_uuid()',
    manual: ae,
    note: 'the default is volatile, so each row gets its own',
  },
  {
    statement: 'ADD COLUMN n int GENERATED ALWAYS AS (id + 1) STORED',
    manual: ae,
    note: rewriteSince18,
  },
  { statement: 'ADD COLUMN n int GENERATED ALWAYS AS (id + 1) VIRTUAL', manual: ae, since: 18 },
  { statement: 'ADD COLUMN n int GENERATED ALWAYS AS IDENTITY', manual: ae, note: rewriteSince18 },
  { statement: 'ADD COLUMN n int CHECK (n > 0)', manual: ae },
  {
    statement: 'ADD COLUMN n int REFERENCES r',
    before: reference,
    manual: `${ae}, ${sre} on the referenced table`,
    note: 'the manual has a new foreign key read the table; this column is null everywhere, so neither table is read',
  },
  { statement: 'DROP COLUMN c', manual: ae },
  { statement: 'ALTER COLUMN a SET DEFAULT 1', manual: ae },
  { statement: 'ALTER COLUMN a DROP DEFAULT', manual: ae },
  { statement: 'ALTER COLUMN a SET NOT NULL', before: 'update $.t set a = 1;', manual: ae },
  {
    statement: 'ALTER COLUMN a SET NOT NULL, with a valid CHECK (a IS NOT NULL)',
    before: 'alter table $.t add check (a is not null);',
    file: 'alter table $.t alter column a set not null;',
    manual: ae,
  },
  {
    statement: 'ALTER COLUMN a DROP NOT NULL',
    before: 'alter table $.t alter column a set not null;',
    manual: ae,
  },
  {
    statement: 'ALTER COLUMN b TYPE varchar(20)',
    manual: ae,
    note: 'the manual has each change of type rewrite but those to a binary coercible one; a longer limit is left out of that, too. Warned of by some tools',
  },
  {
    statement: 'ALTER COLUMN b TYPE varchar(5)',
    manual: ae,
    note: 'shorter, so each value has to be looked at',
  },
  {
    statement: 'ALTER COLUMN b TYPE text',
    manual: ae,
    note: 'binary coercible, as the manual puts it. Warned of by some tools',
  },
  { statement: 'ALTER COLUMN a TYPE bigint', manual: ae },
  { statement: 'ALTER COLUMN id TYPE bigint', manual: ae },
  { statement: 'ALTER COLUMN a SET STATISTICS 500', manual: sue },
  { statement: 'ALTER COLUMN a SET (n_distinct = 5)', manual: sue },
  { statement: 'ALTER COLUMN c SET STORAGE EXTERNAL', manual: ae },
  { statement: 'ALTER COLUMN c SET COMPRESSION pglz', manual: ae },
  { statement: 'RENAME COLUMN a TO z', manual: ae },
];

export const constraints: readonly Form[] = [
  { statement: 'ADD CONSTRAINT x CHECK (id > 0)', manual: ae },
  { statement: 'ADD CONSTRAINT x CHECK (id > 0) NOT VALID', manual: ae },
  {
    statement: 'VALIDATE CONSTRAINT x (CHECK)',
    before: 'alter table $.t add constraint x check (id > 0) not valid;',
    file: 'alter table $.t validate constraint x;',
    manual: sue,
  },
  { statement: 'ADD CONSTRAINT x NOT NULL a NOT VALID', manual: ae, since: 18 },
  {
    statement: 'ADD CONSTRAINT x FOREIGN KEY (p) REFERENCES r',
    before: reference,
    manual: onBoth,
    note: 'readers do not wait',
  },
  {
    statement: 'ADD CONSTRAINT x FOREIGN KEY (p) REFERENCES r NOT VALID',
    before: reference,
    manual: onBoth,
  },
  {
    statement: 'VALIDATE CONSTRAINT x (FOREIGN KEY)',
    before: `${reference} alter table $.t add constraint x foreign key (p) references $.r not valid;`,
    file: 'alter table $.t validate constraint x;',
    manual: `${sue}, ROW SHARE on the referenced table`,
    note: 'nobody waits for ROW SHARE, so it is not told',
  },
  { statement: 'ADD CONSTRAINT x UNIQUE (id)', manual: ae },
  {
    statement: 'ADD CONSTRAINT x UNIQUE USING INDEX i',
    before: 'create unique index i on $.t (id);',
    manual: ae,
  },
  {
    statement: 'ADD CONSTRAINT x PRIMARY KEY (id)',
    before: 'alter table $.t drop constraint t_pkey;',
    manual: ae,
  },
  {
    statement: 'ADD CONSTRAINT x PRIMARY KEY USING INDEX i',
    before: 'alter table $.t drop constraint t_pkey; create unique index i on $.t (id);',
    manual: ae,
    note: 'SET NOT NULL is part of it; here the columns are NOT NULL already',
  },
  { statement: 'ADD CONSTRAINT x EXCLUDE USING btree (id WITH =)', manual: ae },
  {
    statement: 'DROP CONSTRAINT x (CHECK)',
    before: 'alter table $.t add constraint x check (id > 0);',
    file: 'alter table $.t drop constraint x;',
    manual: ae,
  },
  {
    statement: 'DROP CONSTRAINT x (FOREIGN KEY)',
    note: 'the manual does not mention the lock on the referenced table, whose triggers go',
    before: `${reference} alter table $.t add constraint x foreign key (p) references $.r;`,
    file: 'alter table $.t drop constraint x;',
    manual: ae,
  },
  { statement: 'RENAME CONSTRAINT t_pkey TO x', manual: ae },
];

export const tables: readonly Form[] = [
  {
    statement: 'ATTACH PARTITION',
    before: partitioned,
    file: 'alter table $.pt attach partition $.p1 for values from (0) to (1000);',
    manual: attaching,
  },
  {
    statement: 'ATTACH PARTITION, with a valid CHECK of its bounds',
    before: `${partitioned} alter table $.p1 add check (id >= 0 and id < 1000);`,
    file: 'alter table $.pt attach partition $.p1 for values from (0) to (1000);',
    manual: attaching,
  },
  {
    statement: 'DETACH PARTITION',
    before: attached,
    file: 'alter table $.pt detach partition $.p1;',
    manual: `${ae}, SHARE on tables that refer to it`,
    note: 'no table refers to this one',
  },
  {
    statement: 'DETACH PARTITION CONCURRENTLY',
    before: attached,
    file: 'alter table $.pt detach partition $.p1 concurrently;',
    manual: `${sue} on both, then ${ae} on the partition`,
    note: 'the stronger one of its two transactions',
  },
  {
    statement: 'INHERIT p',
    before: 'create table $.p (id int not null);',
    manual: ae,
    note: 'the manual does not mention the lock on the parent',
  },
  {
    statement: 'NO INHERIT p',
    before: 'create table $.p (id int not null); alter table $.t inherit $.p;',
    manual: ae,
  },
  { statement: 'SET UNLOGGED', manual: ae, note: rewriteUnsaid },
  {
    statement: 'SET LOGGED',
    before: 'alter table $.t set unlogged;',
    manual: ae,
    note: rewriteUnsaid,
  },
  { statement: 'SET (fillfactor = 70)', manual: sue },
  { statement: 'SET (autovacuum_enabled = false)', manual: sue },
  { statement: 'CLUSTER ON t_pkey', manual: sue },
  { statement: 'ENABLE ROW LEVEL SECURITY', manual: ae },
  { statement: 'REPLICA IDENTITY FULL', manual: ae },
  { statement: 'DISABLE TRIGGER ALL', manual: sre },
  { statement: 'OWNER TO CURRENT_USER', manual: ae },
  { statement: 'RENAME TO z', manual: ae },
  {
    statement: 'SET SCHEMA other',
    before: 'create schema $$_other;',
    file: 'alter table $.t set schema $$_other;',
    manual: ae,
  },
];

const unsaid = 'neither its page nor the one on locks names a lock';

const whole = (statement: string, manual: string, more: Partial<Form> = {}): Form => ({
  statement,
  manual,
  file: `${more.file ?? statement};`,
  ...(more.before === undefined ? {} : { before: more.before }),
  ...(more.note === undefined ? {} : { note: more.note }),
});

export const others: readonly Form[] = [
  whole('CREATE INDEX', 'SHARE', { file: 'create index on $.t (a)' }),
  whole('CREATE INDEX CONCURRENTLY', sue, { file: 'create index concurrently on $.t (a)' }),
  whole('DROP INDEX', ae, { before: 'create index i on $.t (a);', file: 'drop index $.i' }),
  whole('DROP INDEX CONCURRENTLY', 'none that who reads or writes waits for', {
    before: 'create index i on $.t (a);',
    file: 'drop index concurrently $.i',
    note: 'the manual names no mode. And ACCESS EXCLUSIVE on the index, once nobody uses it any more',
  }),
  whole('ALTER INDEX … RENAME', sue, {
    before: 'create index i on $.t (a);',
    file: 'alter index $.i rename to j',
    note: 'on the index only',
  }),
  whole('REINDEX TABLE', `one that writers wait for, ${ae} on each index`, {
    file: 'reindex table $.t',
    note: 'SHARE on the table itself, but every query of it needs its indexes, as the page of REINDEX says; that on locks lists it under ACCESS EXCLUSIVE',
  }),
  whole('REINDEX TABLE CONCURRENTLY', sue, { file: 'reindex table concurrently $.t' }),
  whole('CLUSTER', ae, { file: 'cluster $.t using t_pkey' }),
  whole('VACUUM', sue, {
    file: 'vacuum $.t',
    note: 'and ACCESS EXCLUSIVE to give empty pages at the end back, of which there are none here',
  }),
  whole('VACUUM FULL', ae, { file: 'vacuum full $.t' }),
  whole('ANALYZE', sue, {
    file: 'analyze $.t',
    note: 'so the page on locks; that of ANALYZE calls it a read lock',
  }),
  whole('REFRESH MATERIALIZED VIEW', ae, { before: view, file: 'refresh materialized view $.m' }),
  whole('REFRESH MATERIALIZED VIEW CONCURRENTLY', 'EXCLUSIVE', {
    before: view,
    file: 'refresh materialized view concurrently $.m',
  }),
  whole('CREATE TRIGGER', sre, {
    before: "create function $.f() returns trigger language plpgsql as 'begin return new; end';",
    file: 'create trigger x before insert on $.t for each row execute function $.f()',
  }),
  whole('CREATE POLICY', 'not named', { file: 'create policy x on $.t', note: unsaid }),
  whole('CREATE RULE', 'not named', {
    file: 'create rule x as on insert to $.t do also select 1',
    note: unsaid,
  }),
  whole('CREATE STATISTICS', sue, { file: 'create statistics $.x on a, p from $.t' }),
  whole('CREATE TABLE … REFERENCES t', `${sre} on the referenced table`, {
    file: 'create table $.u (id int references $.t)',
  }),
  whole('COMMENT ON COLUMN', `${sue} on what is commented`, {
    file: "comment on column $.t.a is 'x'",
  }),
  whole('GRANT', 'not named', { file: 'grant select on $.t to public' }),
  whole('TRUNCATE', ae, { file: 'truncate $.t' }),
  whole('LOCK TABLE', ae, { file: 'lock table $.t', note: 'where it names no mode' }),
];
