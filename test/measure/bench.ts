import { readFileSync } from 'node:fs';
import { createDatabase, type Database } from '../support/database.js';
import { freePort, until } from '../support/http.js';
import { Kubelet, type Payload } from '../support/kubelet.js';
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

export const fileCount = 300;

/** Files as they are: a table each, with a comment that says why. About 600 bytes. */
export const files: Payload = Object.fromEntries(
  Array.from({ length: fileCount }, (_, n) => {
    const name = `t${String(n).padStart(3, '0')}`;
    const columns = Array.from(
      { length: 8 },
      (__, at) => `  column_${at} text not null default ''`,
    );
    const text = `-- What ${name} is for, in a few words that nobody reads twice.
create table if not exists ${name} (
  id bigint generated always as identity primary key,
${columns.join(',\n')}
);
create index if not exists ${name}_column_0 on ${name} (column_0);
`;
    return [`a_${String(n).padStart(3, '0')}_${name}.sql`, text];
  }),
);

/** Starts it all; `pgm` has said that it lives, and nothing more. Whoever opens it closes it. */
export async function openBench(args: readonly string[] = []): Promise<Bench> {
  // So that the server says when a row came to be seen.
  const server: OwnServer = await startServer({ settings: { track_commit_timestamp: 'on' } });
  const database = await createDatabase(server);
  const home: Tree = await makeTree();
  const kubelet = Kubelet.mount(`${home.directory}/mount`, files);
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
