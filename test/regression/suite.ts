import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** One file of the suite, as it is or without what it drops. */
export interface SuiteFile {
  readonly name: string;
  readonly text: string;
}

/** The files of a directory, in the order of `parallel_schedule` beside it where there is one, else by name. */
export function readSuite(directory: string): readonly SuiteFile[] {
  const files = existsSync(join(directory, 'sql')) ? join(directory, 'sql') : directory;
  const names = readdirSync(files).filter((name) => name.endsWith('.sql'));
  const schedule = join(directory, 'parallel_schedule');
  const order = existsSync(schedule) ? namesOf(readFileSync(schedule, 'utf8')) : [];
  const at = (name: string): number => {
    const place = order.indexOf(name);
    return place < 0 ? order.length : place;
  };
  return names
    .toSorted((a, b) => at(a) - at(b) || (a < b ? -1 : 1))
    .map((name) => ({ name, text: readFileSync(join(files, name), 'utf8') }));
}

function namesOf(schedule: string): readonly string[] {
  return [...schedule.matchAll(/^test:(.*)$/gm)].flatMap(([, names = '']) =>
    names
      .trim()
      .split(/\s+/)
      .map((name) => `${name}.sql`),
  );
}

/** The file without its statements that begin a line with DROP, so that more of what it makes is left at its end. */
export function withoutDrops({ name, text }: SuiteFile): SuiteFile {
  return { name, text: text.replaceAll(/^drop\s[^;]*;/gim, '') };
}

export interface Psql {
  readonly program: string;
  readonly url: string;
  /** Of the suite, for the data that its files load. */
  readonly directory: string;
}

export interface FileRun {
  /** How many of its statements failed. */
  readonly errors: number;
  /** A newer suite has statements that end an older server; an older psql does not end some of a newer suite. */
  readonly end: 'as it should' | 'the server crashed' | 'killed after a minute';
}

/** As psql runs it, which goes on after an error and knows its own commands and COPY. */
export async function runFile(
  { program, url, directory }: Psql,
  file: SuiteFile,
): Promise<FileRun> {
  const env = {
    ...process.env,
    PG_ABS_SRCDIR: directory,
    // The library in C that the suite brings along is not built.
    PG_ABS_BUILDDIR: '/nonexistent',
    PG_LIBDIR: '/nonexistent',
    PG_DLSUFFIX: '.so',
    PGOPTIONS: '-c intervalstyle=postgres_verbose -c statement_timeout=20s',
    PGTZ: 'PST8PDT',
    PGDATESTYLE: 'Postgres, MDY',
  };
  const options = { env, timeout: 60_000, maxBuffer: 256 << 20 };
  const running = promisify(execFile)(program, ['-X', '-q', '-f', '-', url], options);
  running.child.stdin?.on('error', () => undefined);
  running.child.stdin?.end(file.text);
  const { stderr, killed } = await running.then(
    ({ stderr }) => ({ stderr, killed: false }),
    (error: unknown) => error as { readonly stderr: string; readonly killed: boolean },
  );
  const errors = stderr.match(/ERROR: {2}/g)?.length ?? 0;
  if (killed) return { errors, end: 'killed after a minute' };
  const crashed = stderr.includes('server closed the connection unexpectedly');
  return { errors, end: crashed ? 'the server crashed' : 'as it should' };
}
