import { type Kind, all, inBlock, plain } from './random-kinds.js';

/** What is asked of the session is kept in `seen`, so that whatever another file or pgm itself left there shows. */
const questions = [
  "date '2001-02-03'::text",
  "'\\x00ff'::bytea::text",
  'current_user || current_schema',
  "'prepared ' || count(*) || coalesce(min(name), '') from pg_prepared_statements where name not like 'pgm %'",
  "'cursors ' || count(*) || coalesce(min(name), '') from pg_cursors",
  "'temporary ' || coalesce(string_agg(relname, ',' order by relname), '') from pg_class where relpersistence = 't' and relnamespace = pg_my_temp_schema()",
  "'locks ' || coalesce(string_agg(objid::text, ',' order by objid), '') from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and classid = 77",
  ...[
    ...['search_path', 'timezone', 'datestyle', 'role', 'session_replication_role', 'row_security'],
    ...['check_function_bodies', 'transaction_read_only', 'transaction_isolation', 'work_mem'],
    ...['synchronous_commit', 'client_min_messages', 'idle_in_transaction_session_timeout'],
  ].map((name) => `current_setting('${name}')`),
];

const settings = [
  "set datestyle = 'German, DMY'",
  "set bytea_output = 'escape'",
  'set check_function_bodies = off',
  'set session_replication_role = replica',
  'set session_replication_role = origin',
  'set session authorization default',
  'set row_security = off',
  'set synchronous_commit = off',
  'reset role',
  'reset all',
  'reset search_path',
  'discard plans',
  'discard sequences',
  'discard temp',
  'deallocate all',
  'close all',
  'listen news',
  'unlisten *',
  "notify news, 'x'",
  'drop schema if exists pg_temp cascade',
  "do $$ begin perform set_config('app.tenant', 'by do', false); end $$",
  "do $$ begin set timezone = 'Europe/Rome'; end $$",
  ...['set search_path = other, public', "set datestyle = ''SQL, MDY''", 'reset all'].map(
    (change) =>
      `do $$ begin execute format('alter database %I ${change}', current_database()); end $$`,
  ),
];

/** Each fails in a new session, or unless another file has made what it names. */
const failing = [
  'set role pg_monitor',
  "set search_path = ''",
  'set search_path = pg_catalog',
  'insert into public.seen (what) values (lastval()::text)',
  "insert into public.seen (what) values (currval('public.t2_id_seq')::text)",
  'execute p',
  'deallocate p',
  'fetch 1 from cur',
  'close cur',
  'declare cur cursor with hold for select id from public.t1 order by id',
  'create temp view tv as select 1 as one',
  "create function pg_temp.tf() returns int language sql as 'select 1'",
  'select pg_temp.tf()',
  'create or replace function late() returns int language sql as $$ select n from no_such_table $$',
  'select late()',
];

export const sessionKinds: readonly Kind[] = [
  ...plain(
    all,
    questions.map((question) => `insert into public.seen (what) select ${question}`),
  ),
  ...plain(all, settings),
  ...plain(all, failing, 'often'),
  ...plain(['none'], ['discard all']),
  ...plain(
    ['one', 'none'],
    [
      'set default_transaction_read_only = on',
      "set default_transaction_isolation = 'repeatable read'",
    ],
    'often',
  ),
  ...plain(inBlock, ['declare cur cursor for select id from public.t1'], 'often'),
  { ways: all, make: (n) => [`create temp sequence ts${n(2)}`], fails: 'often' },
  { ways: all, make: (n) => [`select nextval('ts${n(2)}')`], fails: 'often' },
  { ways: all, make: (n) => [`select pg_advisory_lock(77, ${n(2)})`] },
  { ways: all, make: (n) => [`select pg_advisory_unlock(77, ${n(2)})`] },
  { ways: ['one', 'none'], make: (n) => [`select pg_advisory_xact_lock(77, ${n(2)})`] },
];
