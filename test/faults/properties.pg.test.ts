import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Interrupted } from '../../src/core/errors.js';
import type { Database } from '../../src/core/ports.js';
import { repeatableChance } from '../support/memory/chance.js';
import { databasePort, startFiles, type Target } from '../support/run.js';
import { appliedIn, type Files, type Trial, useTrials } from './trial.js';

const begin = useTrials();

/** What one file makes: a table with one row, a function, and maybe an index that is built outside a transaction. */
interface Subject {
  readonly id: number;
  /** The file's number and the end of its name, which a rename changes. */
  readonly place: number;
  readonly version: number;
  readonly broken: boolean;
}

/** Subject 0 is there from the start and for ever, as the others refer to it. */
const first: Subject = { id: 0, place: 0, version: 0, broken: false };

function filesOf(subjects: readonly Subject[], schema: string): Files {
  return Object.fromEntries(
    subjects.map((subject) => [
      `a/${String(subject.place).padStart(3, '0')}_${String(subject.id)}.sql`,
      textOf(subject, schema),
    ]),
  );
}

function textOf({ id, version, broken }: Subject, schema: string): string {
  const [t, n, v] = [`${schema}.t${String(id)}`, String(id), String(version)];
  const outside = id % 3 === 2;
  const reference = id === 0 ? '' : ` references ${schema}.t0`;
  return [
    outside ? '-- pgm:no-transaction' : '-- in a transaction',
    `create table if not exists ${t} (id int primary key${reference}, version int);`,
    `insert into ${t} values (1, ${v}) on conflict (id) do update set version = excluded.version;`,
    broken ? 'select nonsense;' : '',
    outside ? `create index concurrently if not exists i${n} on ${t} (version);` : '',
    `create or replace function ${schema}.f${n}() returns int language sql as 'select ${v}';`,
  ].join('\n');
}

type Chance = () => number;

/** The files after one more change by a person. */
function changed(subjects: readonly Subject[], chance: Chance): readonly Subject[] {
  const pick = Math.floor(chance() * subjects.length);
  const replace = (change: (subject: Subject) => Subject): readonly Subject[] =>
    subjects.map((subject, at) => (at === pick ? change(subject) : subject));
  switch (Math.floor(chance() * 5)) {
    case 0:
      return replace((subject) => ({ ...subject, version: subject.version + 1 }));
    case 1:
      return replace((subject) => ({ ...subject, broken: !subject.broken }));
    case 2:
      return replace((subject) =>
        subject.id === 0 ? subject : { ...subject, place: 1 + Math.floor(chance() * 900) },
      );
    case 3:
      return subjects.filter(({ id }, at) => at !== pick || id === 0);
    default: {
      const id = 1 + Math.floor(chance() * 8);
      const isThere = subjects.some((subject) => subject.id === id);
      const version = Math.floor(chance() * 1_000_000);
      return isThere ? subjects : [...subjects, { id, place: id, version, broken: false }];
    }
  }
}

/** The run is told to break off a moment after it began its file number `at`. */
function interruptedAt(target: Target, at: number, afterMs: number): [Database, AbortSignal] {
  const controller = new AbortController();
  const database = databasePort(target);
  let left = at;
  const connect: Database['connect'] = async () => {
    const session = await database.connect();
    return {
      ...session,
      apply: (work) => {
        left -= 1;
        if (left === 0) {
          if (afterMs === 0) controller.abort();
          else
            void delay(afterMs).then(() => {
              controller.abort();
            });
        }
        return session.apply(work);
      },
    };
  };
  return [{ ...database, connect }, controller.signal];
}

/** A run that may be interrupted; true when it was. */
async function runOnce(trial: Trial, files: Files, chance: Chance): Promise<boolean> {
  if (chance() < 0.3) {
    await trial.run(files);
    return false;
  }
  // Mostly the first that is due: behind the last one there is nothing left to break off.
  const at = chance() < 0.7 ? 1 : 2;
  // Half of them at once, so that a slow machine interrupts as well; the others somewhere in the file.
  const afterMs = chance() < 0.5 ? 0 : Math.floor(chance() * 12);
  const [database, signal] = interruptedAt(trial.target, at, afterMs);
  const { finished } = startFiles(files, trial.target, { signal, database });
  try {
    await finished;
    return false;
  } catch (error) {
    if (error instanceof Interrupted) return true;
    throw error;
  }
}

/** What these subjects have in the schema, under a name that is the same for each schema. */
async function catalogOf({ sql, name }: Trial, ids: readonly number[]): Promise<readonly string[]> {
  const rows = await sql`
    select 'relation ' || relname || ' ' || relkind::text as line, relname as name
      from pg_class where relnamespace = ${name}::regnamespace
    union all select 'column ' || attrelid::regclass::text || '.' || attname || ' ' || atttypid::regtype::text || attnotnull, relname
      from pg_attribute join pg_class c on c.oid = attrelid where relnamespace = ${name}::regnamespace and attnum > 0
    union all select pg_get_indexdef(indexrelid) || ' ' || indisvalid, relname
      from pg_index join pg_class c on c.oid = indexrelid where relnamespace = ${name}::regnamespace
    union all select conname || ' ' || pg_get_constraintdef(oid), conname
      from pg_constraint where connamespace = ${name}::regnamespace
    union all select pg_get_functiondef(oid), proname
      from pg_proc where pronamespace = ${name}::regnamespace`;
  const wanted = rows.filter(({ name: object }) =>
    ids.includes(Number(/\d+/.exec(String(object))?.[0])),
  );
  const lines = wanted.map(({ line }) => String(line));
  for (const id of ids) {
    const table = `t${String(id)}`;
    const [row] = await sql`select * from ${sql(name)}.${sql(table)}`;
    lines.push(`${table} ${JSON.stringify(row)}`);
  }
  return lines.map((line) => line.replaceAll(name, 'schema')).sort();
}

async function liveThrough(seed: number): Promise<number> {
  const chance = repeatableChance(seed * 7_919);
  const trial = await begin();
  let subjects: readonly Subject[] = [
    first,
    { ...first, id: 1, place: 1 },
    { ...first, id: 2, place: 2 },
  ];
  let interruptions = 0;
  for (let step = 0; step < 6; step += 1) {
    if (await runOnce(trial, filesOf(subjects, trial.name), chance)) interruptions += 1;
    subjects = changed(subjects, chance);
  }
  const last = subjects.map((subject) => ({ ...subject, broken: false }));
  await trial.run(filesOf(last, trial.name));
  expect(appliedIn(await trial.run(filesOf(last, trial.name)))).toEqual([]);

  const fresh = await begin();
  expect(appliedIn(await fresh.run(filesOf(last, fresh.name)))).toHaveLength(last.length);
  const ids = last.map(({ id }) => id);
  expect(await catalogOf(trial, ids)).toEqual(await catalogOf(fresh, ids));
  return interruptions;
}

test(
  'whatever was edited, broken, renamed, deleted and interrupted, the last files end as on a fresh database',
  { timeout: 300_000 },
  async () => {
    const seeds = Array.from({ length: 25 }, (_, at) => at + 1);
    let interruptions = 0;
    const work = async (): Promise<void> => {
      for (let seed = seeds.shift(); seed !== undefined; seed = seeds.shift()) {
        interruptions += await liveThrough(seed).catch((cause: unknown) => {
          throw new Error(`seed ${String(seed)}`, { cause });
        });
      }
    };
    await Promise.all([work(), work(), work()]);
    expect(interruptions).toBeGreaterThan(10);
  },
);
