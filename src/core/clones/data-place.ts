/** What a file system reports about itself. */
export interface FileSystem {
  readonly path: string;
  readonly isInMemory: boolean;
  readonly freeBytes: number;
}

/** A database takes 8 MB or more, and running out of space fails a test halfway. */
const enoughBytes = 1 << 30;

/** Where a test server keeps its data: in memory if there is enough of it; a container may have only 64 MB. */
export function placeForData(memory: FileSystem | null, temporary: string): string {
  const fits = memory?.isInMemory === true && memory.freeBytes >= enoughBytes;
  return fits ? memory.path : temporary;
}
