import { describe, expect, test } from 'vitest';
import { appliedIn, failureOf, type Files, statesOf, type Trial, useTrials } from './trial.js';

const begin = useTrials();

/** Files that write their names down, in the order in which they run. */
async function writingFiles(trial: Trial, paths: readonly string[]): Promise<Files> {
  await trial.sql.unsafe(`create table ${trial.name}.ran (id serial, path text)`);
  const write = (path: string) => `insert into ${trial.name}.ran (path) values ('${path}');`;
  return Object.fromEntries(paths.map((path) => [path, write(path)]));
}

async function written({ name, sql }: Trial): Promise<readonly string[]> {
  const rows = await sql`select path from ${sql(name)}.ran order by id`;
  return rows.map(({ path }) => String(path));
}

describe('the order', () => {
  test('goes by number, not by letter, and by name where the number is the same, with a warning', async () => {
    const trial = await begin();
    const inOrder = ['a/1_x.sql', 'a/9_x.sql', 'a/10_a.sql', 'a/010_b.sql', 'b/2_x.sql'];
    const ran = await trial.run(await writingFiles(trial, inOrder.toReversed()));
    expect(await written(trial)).toEqual(inOrder);
    const warnings = ran.events.flatMap((event) =>
      event.kind === 'source-read' ? event.snapshot.warnings : [],
    );
    expect(warnings).toEqual([
      'a/10_a.sql and a/010_b.sql have the same number; they are applied in the order of their names',
    ]);
  });

  test('takes a late file in, and marks it as out of order until it is applied', async () => {
    const trial = await begin();
    const early = ['a/002_x.sql', 'a/003_x.sql'];
    const files = await writingFiles(trial, [...early, 'a/002b_late.sql']);
    await trial.run(Object.fromEntries(early.map((path) => [path, files[path]!])));
    const broken = await trial.run({ ...files, 'a/002b_late.sql': 'select nonsense;' });
    const late = broken.report.statuses.find(({ key }) => key === 'a/002b_late.sql');
    expect(late).toMatchObject({ state: 'failed', outOfOrder: true });
    expect(appliedIn(await trial.run(files))).toEqual(['a/002b_late.sql']);
    expect(await written(trial)).toEqual([...early, 'a/002b_late.sql']);
  });
});

describe('names', () => {
  test('names that differ in case are two migrations; a twin in another Unicode form is refused', async () => {
    const trial = await begin();
    const [composed, decomposed] = ['a/002_\u00e9.sql', 'a/002_e\u0301.sql'];
    const ran = await trial.run(
      await writingFiles(trial, ['a/001_A.sql', 'a/001_a.sql', composed, decomposed]),
    );
    expect(await written(trial)).toEqual(['a/001_A.sql', 'a/001_a.sql', decomposed]);
    expect(await trial.history()).toHaveLength(3);
    expect(failureOf(ran, composed).message).toContain('names the same migration');
  });

  test('of schemas that cannot be are refused, and the others run', async () => {
    const trial = await begin();
    const longest = 'x'.repeat(63);
    const bad = ['pg_x', 'information_schema', 'a"b', 'a b', 'pgm', `${longest}x`];
    const ran = await trial.run(
      await writingFiles(
        trial,
        [...bad, longest, 'größe'].map((schema) => `${schema}/001_x.sql`),
      ),
    );
    expect(await written(trial)).toEqual(['größe/001_x.sql', `${longest}/001_x.sql`]);
    for (const schema of bad) {
      expect(failureOf(ran, `${schema}/001_x.sql`).kind, schema).toBe('refused');
    }
  });
});

describe('bytes', () => {
  test('of a byte order mark, line ends and blanks at the end make no other file', async () => {
    const trial = await begin();
    const text = `select 1;\nselect E'a
b';\n`;
    await trial.run({ 'a/001_x.sql': text });
    for (const same of [
      `\ufeff${text}`,
      text.replaceAll('\n', '\r\n'),
      text.trimEnd(),
      `${text}\n\n`,
    ]) {
      expect(appliedIn(await trial.run({ 'a/001_x.sql': same }))).toEqual([]);
    }
    expect(appliedIn(await trial.run({ 'a/001_x.sql': `${text}-- more` }))).toHaveLength(1);
    const marked = await trial.run({
      'a/002_marked.sql': `\ufeffcreate table ${trial.name}.t ();`,
    });
    expect(appliedIn(marked)).toEqual(['a/002_marked.sql']);
  });

  test('files without a statement are applied as such, with a warning', async () => {
    const trial = await begin();
    const files = {
      'a/001_empty.sql': '',
      'a/002_comment.sql': '-- later\n',
      'a/003_x.sql': ' ; ;',
    };
    const ran = await trial.run(files);
    expect(appliedIn(ran)).toEqual(Object.keys(files));
    const warnings = ran.events.flatMap((event) =>
      event.kind === 'source-read' ? event.snapshot.warnings : [],
    );
    expect(warnings).toHaveLength(3);
    expect(appliedIn(await trial.run(files))).toEqual([]);
  });

  test('files that open something and never close it fail with the place where it opens', async () => {
    const trial = await begin();
    const ran = await trial.run({
      'a/001_quote.sql': "select 1;\n  select 'open;\n",
      'a/002_comment.sql': 'select 1;\n\n/* open /* nested */',
      'a/003_dollar.sql': 'do $x$ begin end; $$;',
      'a/004_name.sql': 'select 1 as "open',
      'a/005_fine.sql': 'select 1;',
    });
    const never = (what: string) => `the ${what} that opens here never ends`;
    expect(ran.report.statuses.map(({ failure }) => failure)).toMatchObject([
      { place: { line: 2, column: 10 }, message: never('quoted string') },
      { place: { line: 3, column: 1 }, message: never('block comment') },
      { place: { line: 1, column: 4 }, message: never('dollar-quoted string') },
      { place: { line: 1, column: 13 }, message: never('quoted identifier') },
      null,
    ]);
    expect(appliedIn(ran)).toEqual(['a/005_fine.sql']);
  });

  test('files that only psql understands, or that wait for rows, are refused with their line and never hang', async () => {
    const trial = await begin();
    await trial.sql.unsafe(`create table ${trial.name}.t (n int)`);
    const run = trial.run({
      'a/001_meta.sql': 'select 1;\n\\set x 1\n',
      'a/002_no_rows.sql': `select 1;\ncopy ${trial.name}.t from stdin;\n`,
      'a/003_no_end.sql': `copy ${trial.name}.t from stdin;\n1\n2\n`,
      'a/004_quiet.sql': `-- pgm:no-transaction\ncopy ${trial.name}.t from stdin;`,
      'a/005_rows.sql': `copy ${trial.name}.t from stdin;\n1\n2\n\\.\n`,
    });
    const ran = await run;
    expect(statesOf(ran).map((line) => line.split(' ')[1])).toEqual([
      ...Array<string>(4).fill('failed'),
      'applied',
    ]);
    expect(failureOf(ran, 'a/001_meta.sql')).toMatchObject({ kind: 'refused', place: { line: 2 } });
    expect(failureOf(ran, 'a/002_no_rows.sql')).toMatchObject({ place: { line: 2 } });
    expect(await trial.sql`select n from ${trial.sql(trial.name)}.t`).toEqual([{ n: 1 }, { n: 2 }]);
  });
});

test('rows of COPY that do not fit fail with the line of the row; in a transaction what stands above them is undone', async () => {
  const trial = await begin();
  const t = `${trial.name}.t`;
  await trial.sql.unsafe(`create table ${t} (n int primary key, s text check (s <> 'no'))`);
  const good = Array.from({ length: 20_000 }, (_, at) => `${String(at)}\tyes\n`).join('');
  const copy = (rows: string) => `copy ${t} from stdin;\n${rows}\\.\n`;
  const ran = await trial.run({
    'a/001_type.sql': copy('1\tyes\nx\tyes\n'),
    'a/002_check.sql': copy(`${good}20001\tno\n`),
    'a/003_early.sql': `insert into ${t} values (0, 'yes');\n${copy(`x\tyes\n${good}`)}`,
    'a/004_twin.sql': copy('1\tyes\n1\tyes\n'),
    'a/005_outside.sql': `-- pgm:no-transaction\n${copy('x\tyes\n')}`,
    'a/006_no_table.sql': `copy ${trial.name}.nowhere from stdin;\n1\n\\.\n`,
    'a/007_fine.sql': copy(good),
  });
  expect(
    ran.report.statuses.map(({ failure }) => failure && [failure.sqlstate, failure.place?.line]),
  ).toEqual([
    ['22P02', 3],
    ['23514', 20_002],
    ['22P02', 3],
    ['23505', 3],
    ['22P02', 3],
    ['42P01', 1],
    null,
  ]);
  expect(await trial.sql`select count(*)::int as n from ${trial.sql(trial.name)}.t`).toEqual([
    { n: 20_000 },
  ]);
});

test('a password in a file that fails is in no event and in no row of the history', async () => {
  const trial = await begin();
  const secret = 'hunter2-canary';
  const ran = await trial.run({
    's0/001_syntax.sql': `create role r_${trial.name} password '${secret}' wibble;`,
    's1/002_no_quote.sql': `create role r_${trial.name} password ${secret.split('-')[0]!};`,
    's2/003_key.sql': `create table ${trial.name}.t (email text primary key); insert into ${trial.name}.t values ('${secret}'), ('${secret}');`,
    's3/004_open.sql': `select '${secret}`,
    's4/005_copy.sql': `create table ${trial.name}.n (n int); copy ${trial.name}.n from stdin;\n${secret}\n\\.\n`,
    's5/006_do.sql': `do $$ begin raise exception 'no %', '${secret}'; end $$;`,
    's6/007_outside.sql': `-- pgm:no-transaction\nselect '${secret}'::int;`,
  });
  expect(statesOf(ran).every((line) => line.endsWith(' failed'))).toBe(true);
  const told = ran.events.filter(({ kind }) => kind === 'migration-failed');
  expect(told).toHaveLength(7);
  const failures = ran.report.statuses.map(({ failure }) => failure);
  expect(JSON.stringify([told, failures])).not.toContain('hunter2');
  const history = trial.sql(trial.target.historySchema!);
  const rows = [
    await trial.sql`select * from ${history}.migrations`,
    await trial.sql`select * from ${history}.attempts`,
  ];
  expect(JSON.stringify(rows)).toContain('001_syntax.sql');
  expect(JSON.stringify(rows)).not.toContain('hunter2');
});
