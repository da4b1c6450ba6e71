import { open, rename, stat } from 'node:fs/promises';

const shownLines = 12;
const shownBytes = 8 * 1024;
const largestLogBytes = 1024 * 1024;

/** The last lines of a log, from byte `since` on; none if there is no such file. */
export async function tailOf(path: string, since = 0): Promise<readonly string[]> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return [];
  try {
    const { size } = await file.stat();
    const from = Math.max(since, size - shownBytes);
    const buffer = Buffer.alloc(Math.max(0, size - from));
    await file.read(buffer, 0, buffer.length, from);
    const lines = buffer.toString('utf8').split('\n');
    return lines.filter((line) => line.trim() !== '').slice(-shownLines);
  } finally {
    await file.close();
  }
}

/** Renames a large log (one old log is kept). Returns the offset at which new lines will start. */
export async function rotateLog(path: string): Promise<number> {
  const size = (await stat(path).catch(() => null))?.size ?? 0;
  if (size <= largestLogBytes) return size;
  await rename(path, `${path}.1`);
  return 0;
}
