import { createReadStream } from 'node:fs';
import { createGzip } from 'node:zlib';

/** Bytes of a file as gzip makes it, which is how layers travel. */
export async function compressedSize(file: string): Promise<number> {
  let bytes = 0;
  const compressed = createReadStream(file).pipe(createGzip());
  for await (const chunk of compressed) bytes += (chunk as Buffer).length;
  return bytes;
}
