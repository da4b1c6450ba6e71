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
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // Behind the name, which may hold blanks: state, ppid … utime and stime are the 12th and 13th.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticksPerSecond = 100;
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticksPerSecond;
}
