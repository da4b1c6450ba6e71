/**
 * Lets the work go on when nobody takes the output any more. A reader that went away (`pgm status | head -1`) is no
 * reason to fail; a disk that is full is none either, but it is told, because a reader may believe the rest.
 */
export function outliveReader(stream: NodeJS.WriteStream, name: 'stdout' | 'stderr'): void {
  let told = name === 'stderr';
  stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    if (code === 'EPIPE' || told) return;
    told = true;
    process.stderr.write(
      `pgm: cannot write to ${name}, what is there is not complete; the work goes on (${code ?? message})\n`,
    );
  });
}

/** Milliseconds that a reader has at the end to take what was written. */
const goodbyeMs = 2_000;

/** Settles when what was written has been handed over, or nobody takes it. */
export function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, goodbyeMs).unref();
    stream.write('', () => {
      resolve();
    });
  });
}
