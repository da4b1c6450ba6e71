/** What a server writes about itself into `postmaster.pid`. */
export interface PostmasterFile {
  readonly pid: number;
  /** null while the server has not written the line yet. */
  readonly port: number | null;
  readonly status: 'starting' | 'ready' | 'stopping';
}

/** Reads `postmaster.pid`: 1 pid, 2 data directory, 3 start time, 4 port, … 8 status. null if it holds no pid. */
export function parsePostmasterFile(text: string): PostmasterFile | null {
  const lines = text.split('\n');
  const pid = Math.abs(Number(lines[0])); // a single-user backend writes its pid as a negative number
  if (!Number.isInteger(pid) || pid === 0) return null;
  const port = Number(lines[3] ?? '');
  return { pid, port: port > 0 ? port : null, status: statusOf(lines[7]?.trim()) };
}

/** `standby` is a server in recovery that accepts read-only queries. */
function statusOf(word: string | undefined): PostmasterFile['status'] {
  if (word === 'ready' || word === 'standby') return 'ready';
  return word === 'stopping' ? 'stopping' : 'starting';
}
