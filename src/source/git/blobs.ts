import type { Repository } from './repository.js';

/** The contents of these objects, in order. Git is started once, however many there are. */
export async function readBlobs(
  repository: Repository,
  ids: readonly string[],
): Promise<readonly Buffer[]> {
  if (ids.length === 0) return [];
  const output = await repository.run(['cat-file', '--batch'], `${ids.join('\n')}\n`);
  const blobs: Buffer[] = [];
  for (let at = 0; at < output.length;) {
    // `<id> blob <size>`, the content, and an end of line.
    const end = output.indexOf('\n', at);
    const [id = '', kind, size] = output.toString('latin1', at, end).split(' ');
    if (kind !== 'blob') throw new Error(`git has no content for the object ${id}`);
    const start = end + 1;
    blobs.push(output.subarray(start, start + Number(size)));
    at = start + Number(size) + 1;
  }
  return blobs;
}
