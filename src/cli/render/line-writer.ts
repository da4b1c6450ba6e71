/** What a line needs of a stream. */
export interface LineStream {
  /** Bytes that wait for somebody to read them. */
  readonly writableLength: number;
  write(text: string): boolean;
  once(event: 'drain', listener: () => void): unknown;
}

/** Bytes of log that may wait for their reader. */
const mostWaiting = 1 << 20;

/**
 * Writes lines as long as somebody takes them. A pipe that nobody reads neither stops pgm nor fills its memory: lines are
 * left out, and `lost` words how many once there is room again.
 */
export function lineWriter(
  stream: LineStream,
  lost: (count: number) => string,
): (line: string) => void {
  let leftOut = 0;
  const tell = (): void => {
    stream.write(lost(leftOut));
    leftOut = 0;
  };
  return (line) => {
    if (stream.writableLength < mostWaiting && leftOut === 0) {
      stream.write(line);
      return;
    }
    leftOut += 1;
    if (leftOut === 1) stream.once('drain', tell);
  };
}

/** What stands in the log where lines are missing. */
export function lostLines(count: number): string {
  const lines = count === 1 ? '1 line was' : `${count} lines were`;
  return `${lines} left out here: nobody read this log for a while; pgm status shows where things stand`;
}
