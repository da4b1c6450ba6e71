import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createDatabase, type Database } from '../support/database.js';
import { expectNobodyLeft } from '../support/invariants.js';
import { repeatableChance } from '../support/memory/chance.js';
import { pgm, RunningPgm } from '../support/pgm.js';
import { connect } from '../support/server.js';
import { inCi } from '../support/sweep.js';
import { makeTree, type Tree } from '../support/tree.js';

/** Of the random instants; the same seed draws them again. */
const seed = Number(process.env['PGM_TEST_SEED'] ?? randomInt(2 ** 31));

/** Two databases at once: mostly it is waiting for a process to start. */
const lanes = 2;
/** Kills that came while pgm was at work. */
const killsPerLane = inCi ? 25 : 6;

/**
 * What is new at kill `k`: an effect, an index that is built outside a transaction, another effect. No effect can be there
 * twice unnoticed. (The index says IF NOT EXISTS, as the death may come between its end and its row.)
 */
function filesOf(k: number): Readonly<Record<string, string>> {
  const path = (at: number): string => `a/${String(3 * k + at).padStart(3, '0')}.sql`;
  return {
    [path(1)]: `insert into effects (n) values (${k}1);`,
    [path(2)]: `create index concurrently if not exists effects_${k} on effects (n, at);`,
    [path(3)]: `insert into effects (n) values (${k}3);`,
  };
}

/** Enough rows that an index takes a while. */
const first = {
  'a/000.sql': `create table effects (n int not null, at timestamptz not null default clock_timestamp());
insert into effects (n) select 0 from generate_series(1, 20000);`,
};

interface Lane {
  readonly database: Database;
  readonly tree: Tree;
  /** Somebody else's session. */
  readonly other: ReturnType<typeof connect>;
  readonly random: () => number;
}

async function withLane<T>(number: number, use: (lane: Lane) => Promise<T>): Promise<T> {
  const database = await createDatabase();
  const tree = await makeTree(first);
  const other = connect(database.name);
  try {
    return await use({ database, tree, other, random: repeatableChance(seed + number) });
  } finally {
    await tree.remove();
    await other.end({ timeout: 0 });
    await database.drop();
  }
}

const command = ({ database, tree }: Lane): [string[], Record<string, string>] => [
  ['migrate', '--dir', tree.directory, '--verbose'],
  { DATABASE_URL: database.url },
];

/** How long an undisturbed run takes from the server's first answer to its end, in milliseconds. */
async function measure(lane: Lane): Promise<number> {
  const process = new RunningPgm(...command(lane));
  await process.printed(/PostgreSQL \S+ answers/);
  const started = performance.now();
  expect((await process.finished).exitCode, process.output).toBe(0);
  return performance.now() - started;
}

/**
 * One kill, some time between the server's first answer and a little after the usual end. In three of ten somebody's old
 * snapshot lets no index be finished, so that the death leaves an INVALID one behind.
 */
async function kill(lane: Lane, usualMs: number): Promise<boolean> {
  const { database, other, random } = lane;
  const indexesWait = random() < 0.3;
  if (indexesWait) await other`begin isolation level repeatable read; select 1`.simple();
  const process = new RunningPgm(...command(lane));
  await process.printed(/PostgreSQL \S+ answers/);
  await delay(random() * usualMs * 1.2);
  const { signal } = await process.stop('SIGKILL');
  if (indexesWait) {
    await expectNobodyLeft(database.sql, '%');
    await other`rollback`;
  }
  return signal === 'SIGKILL';
}

async function expectAllOnce({ database: { sql } }: Lane, kills: number): Promise<void> {
  const numbers = Array.from({ length: kills + 1 }, (_, k) => k);
  const effects = await sql`select n from effects where n > 0 order by at`;
  expect(effects.map(({ n }) => Number(n))).toEqual(
    numbers.flatMap((k) => [Number(`${k}1`), Number(`${k}3`)]).filter((n) => n > 0),
  );
  const keys = [first, ...numbers.map(filesOf)].flatMap((files) => Object.keys(files));
  const rows = await sql`
    select 'a/' || filename as key, state, applied_checksum = checksum as same,
      (select count(*)::int from pgm.attempts a
        where a.filename = m.filename and outcome = 'applied') as applied
    from pgm.migrations m order by 1`;
  expect(rows).toEqual(
    keys.sort().map((key) => ({ key, state: 'applied', same: true, applied: 1 })),
  );
  const [indexes] = await sql`
    select count(*)::int as built, count(*) filter (where not indisvalid)::int as invalid
    from pg_index where indrelid = 'effects'::regclass`;
  expect(indexes).toEqual({ built: numbers.length, invalid: 0 });
}

test(
  `killed ${lanes * killsPerLane} times at random instants: then each effect once, in order, and no INVALID index (PGM_TEST_SEED=${seed})`,
  { timeout: 300_000 },
  async () => {
    const lane = (number: number): Promise<void> =>
      withLane(number, async (own) => {
        expect((await pgm(...command(own))).exitCode).toBe(0);
        await own.tree.write(filesOf(0));
        let usualMs = await measure(own);
        let tried = 0;
        for (let struck = 0; struck < killsPerLane; tried += 1) {
          await own.tree.write(filesOf(tried + 1));
          if (await kill(own, usualMs)) struck += 1;
          // It came too late. The machine may have become faster since the time was taken.
          else usualMs *= 0.8;
        }
        // I8: the dead hold nothing for long, whatever they were at.
        await expectNobodyLeft(own.database.sql, '%');
        const last = await pgm(...command(own));
        expect(last.exitCode, last.stdout + last.stderr).toBe(0);
        await expectAllOnce(own, tried);
        await expectNobodyLeft(own.database.sql, '%');
      });
    await Promise.all(Array.from({ length: lanes }, (_, at) => lane(at)));
  },
);
