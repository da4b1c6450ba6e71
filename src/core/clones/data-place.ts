/** What a file system says of itself. */
export interface FileSystem {
  readonly path: string;
  readonly isInMemory: boolean;
  readonly freeBytes: number;
}

/** A database takes 8 MB and more, and what does not fit fails a test in the middle. */
const enoughBytes = 1 << 30;

/** Where a server for tests has its data: in memory if there is enough of it, as a container may have 64 MB only. */
export function placeForData(memory: FileSystem | null, temporary: string): string {
  const fits = memory?.isInMemory === true && memory.freeBytes >= enoughBytes;
  return fits ? memory.path : temporary;
}
