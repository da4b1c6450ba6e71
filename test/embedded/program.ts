import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { expect, onTestFinished } from 'vitest';
import type { EmbeddedEvent, EmbeddedOptions, EmbeddedPostgres } from '../../src/core/embedded.js';
import { findProcess, listProcesses } from '../../src/embedded/process/processes.js';
import { startEmbeddedPostgres } from '../../src/embedded/start.js';
import { asAdmin, copyTemplate, testServer } from '../support/server.js';
import { openDirectory, packageFor, superuser } from '../support/server-setup.js';

export const projectRoot = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

export const isRoot = process.getuid?.() === 0;

/** What every start of these tests has in common: the version of the project, and where its package is. */
export async function commonOptions(): Promise<EmbeddedOptions & { packageName: string }> {
  const packageName = await packageFor(testServer().version);
  return {
    ...superuser,
    directory: null,
    preferredPort: null,
    packageName,
    resolveFrom: [projectRoot],
  };
}

/** Starts a server, a throw-away one unless a directory is given. */
export async function start(more: Partial<EmbeddedOptions> = {}): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ ...(await commonOptions()), ...more });
}

export async function query(port: number, text: string): Promise<readonly object[]> {
  return asAdmin((sql) => sql.unsafe(text), { ...testServer(), port });
}

/** A session in the middle of a statement; rejects when its server ends. */
export function sleepOn(port: number): Promise<unknown> {
  return query(port, 'select pg_sleep(600)');
}

export function sleepersOn(port: number): Promise<readonly object[]> {
  return query(port, "select from pg_stat_activity where wait_event = 'PgSleep'");
}

/** Collects what a start tells. */
export function recorder(): { events: EmbeddedEvent[]; onEvent: (event: EmbeddedEvent) => void } {
  const events: EmbeddedEvent[] = [];
  return { events, onEvent: (event) => void events.push(event) };
}

/** Builds child.ts into a file that every user may run. */
export async function buildChild(): Promise<string> {
  const outDir = await openDirectory();
  await build({
    configFile: false,
    root: projectRoot,
    logLevel: 'error',
    build: { ssr: join(projectRoot, 'test/embedded/child.ts'), outDir, target: 'node20' },
  });
  await writeFile(join(outDir, 'package.json'), '{"type":"module"}');
  return join(outDir, 'child.js');
}

type Line = EmbeddedEvent | RunningLine | RefusedLine;
export interface RunningLine {
  readonly kind: 'running';
  readonly port: number;
  readonly directory: string;
  readonly attached: boolean;
}
export interface RefusedLine {
  readonly kind: 'refused';
  readonly name: string;
  readonly message: string;
}

export interface Child {
  readonly pid: number;
  readonly lines: readonly Line[];
  /** Resolves with the first line of this kind; rejects when the child ends without it. */
  line<Kind extends Line['kind']>(kind: Kind): Promise<Extract<Line, { kind: Kind }>>;
  /** Resolves with the signal or exit code. */
  readonly ended: Promise<NodeJS.Signals | number>;
  kill(signal: NodeJS.Signals): void;
  /** As a terminal does it: to the whole foreground process group. */
  interrupt(): void;
  stop(): Promise<void>;
}

/** Runs child.js as a process group of its own, as a shell would in a terminal. */
export function runChild(
  program: string,
  options: Partial<EmbeddedOptions>,
  user: { readonly uid?: number; readonly gid?: number } = {},
): Child {
  const node = spawn(process.execPath, [program, JSON.stringify(options)], {
    cwd: dirname(program),
    detached: true,
    stdio: ['pipe', 'pipe', 'inherit'],
    ...user,
  });
  const lines: Line[] = [];
  const reader = createInterface(node.stdout);
  reader.on('line', (text) => void lines.push(JSON.parse(text) as Line));
  const ended = once(node, 'exit').then(
    ([code, signal]: (NodeJS.Signals | number | null)[]) => signal ?? code ?? 0,
  ) as Promise<NodeJS.Signals | number>;
  const pid = node.pid!;
  return {
    pid,
    lines,
    ended,
    line: async (kind) => {
      const found = () => lines.find((line) => line.kind === kind);
      const closed = once(reader, 'close').then(() => 'closed');
      while (found() === undefined) {
        if ((await Promise.race([once(reader, 'line'), closed])) === 'closed') break;
      }
      const line = found();
      if (line === undefined) throw new Error(`no "${kind}" in ${JSON.stringify(lines)}`);
      return line as Extract<Line, { kind: typeof kind }>;
    },
    kill: (signal) => void node.kill(signal),
    interrupt: () => void process.kill(-pid, 'SIGINT'),
    stop: async () => {
      node.stdin.write('stop\n');
      await ended;
    },
  };
}

/** Everything that has to do with a directory: who names it in the command line, and who works in it. */
export async function processesOf(directory: string): Promise<readonly string[]> {
  const named = (await listProcesses()).filter(({ command }) => command.includes(directory));
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const inside = await Promise.all(
    pids.map(async (pid) => {
      const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      return cwd.startsWith(directory) ? [`${pid} in ${cwd}`] : [];
    }),
  );
  const own = ({ command }: { command: string }): boolean => !command.includes('child.js');
  return [...named.filter(own).map(({ pid, command }) => `${pid} ${command}`), ...inside.flat()];
}

/** A directory that every user may enter, for the length of a test. */
export async function testDirectory(): Promise<string> {
  const directory = await openDirectory();
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

/** A directory with data in it, for the tests that are not about its making. */
export async function keptDirectory(): Promise<string> {
  const directory = join(await testDirectory(), 'kept');
  await copyTemplate(testServer().version, directory);
  return directory;
}

/** The pid of the server that runs on a directory. */
export async function postmasterOf(directory: string): Promise<number> {
  return Number((await readFile(join(directory, 'data/postmaster.pid'), 'utf8')).split('\n')[0]);
}

/** The pid of its parent. */
export async function guardOf(directory: string): Promise<number> {
  return (await findProcess(await postmasterOf(directory)))!.parent;
}

/** Nobody tells us when a process ends that is not our child, so this looks until it is so. */
export async function expectNothingOf(directory: string): Promise<void> {
  await expect.poll(() => processesOf(directory)).toEqual([]);
}
