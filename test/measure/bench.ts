import { readFileSync } from 'node:fs';
import { createDatabase, type Database } from '../support/database.js';
import { freePort, until } from '../support/http.js';
import { Kubelet } from '../support/kubelet.js';
import { mountedFiles } from '../support/mounted-files.js';
import { RunningPgm } from '../support/pgm.js';
import { type OwnServer, startServer } from '../support/server.js';
import { makeTree, type Tree } from '../support/tree.js';

/** One `pgm watch` over a mount of 300 files, and a server of its own. */
export interface Bench {
  readonly kubelet: Kubelet;
  readonly database: Database;
  readonly running: RunningPgm;
  readonly port: number;
  readonly pid: number;
  close(): Promise<void>;
}

/** Starts it all; `pgm` has said that it lives, and nothing more. Whoever opens it closes it. */
export async function openBench(args: readonly string[] = []): Promise<Bench> {
  const server: OwnServer = await startServer();
  const database = await createDatabase(server);
  const home: Tree = await makeTree();
  const kubelet = Kubelet.mount(`${home.directory}/mount`, mountedFiles);
  const port = await freePort();
  const running = new RunningPgm(
    [
      'watch',
      '--dir',
      kubelet.directory,
      '--health-port',
      String(port),
      '--verbose',
      '--log-format',
      'json',
      ...args,
    ],
    { DATABASE_URL: database.url },
  );
  await until(port, '/liveness', 200);
  return {
    ...{ kubelet, database, running, port, pid: running.child.pid! },
    close: async () => {
      await running.stop('SIGKILL');
      await database.drop();
      await server.remove();
      await home.remove();
    },
  };
}

/** Processor time of a process so far, in milliseconds: its own and what the kernel did for it. */
export function processorMs(pid: number): number {
  const { utime, stime } = timesOf(pid);
  return utime + stime;
}

/** The same of a server with its backends, including those that have ended. */
export function serverMs(postmaster: number): number {
  const children = readFileSync(`/proc/${postmaster}/task/${postmaster}/children`, 'utf8');
  const running = children.split(' ').filter((pid) => pid !== '');
  const { cutime, cstime } = timesOf(postmaster);
  return running
    .map((pid) => processorMs(Number(pid)))
    .reduce((sum, ms) => sum + ms, processorMs(postmaster) + cutime + cstime);
}

function timesOf(pid: number) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Behind the name, which may hold blanks: state, ppid … The 12th to 15th are times.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticksPerSecond = 100;
  const ms = (at: number): number => (Number(fields[at]) * 1_000) / ticksPerSecond;
  return { utime: ms(11), stime: ms(12), cutime: ms(13), cstime: ms(14) };
}
