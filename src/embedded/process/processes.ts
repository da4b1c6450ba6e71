import { readFile, readdir } from 'node:fs/promises';
import { platform } from 'node:os';
import { run } from './run.js';

export interface RunningProcess {
  readonly pid: number;
  readonly parent: number;
  /** Program and arguments, joined with blanks. */
  readonly command: string;
}

/** The process with this id, or null when there is none; zombies do not count. */
export async function findProcess(pid: number): Promise<RunningProcess | null> {
  if (platform() === 'linux') return readProc(pid);
  return (await listProcesses()).find((running) => running.pid === pid) ?? null;
}

/** All visible processes. */
export async function listProcesses(): Promise<readonly RunningProcess[]> {
  if (platform() !== 'linux')
    return parsePs(await run('ps', ['-axww', '-o', 'pid=,ppid=,command=']));
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(pids.map(readProc));
  return found.filter((running) => running !== null);
}

/** What `ps -o pid=,ppid=,command=` prints. */
export function parsePs(output: string): readonly RunningProcess[] {
  return output.split('\n').flatMap((line) => {
    const [, pid, parent, command = ''] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), command }];
  });
}

async function readProc(pid: number): Promise<RunningProcess | null> {
  try {
    const command = await readFile(`/proc/${pid}/cmdline`, 'utf8');
    if (command === '') return null;
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    // The second field is the name in parentheses and may itself contain spaces and parentheses.
    const parent = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1];
    return { pid, parent: Number(parent), command: command.split('\0').join(' ').trim() };
  } catch {
    return null;
  }
}
