/** The parts of the driver's query that a COPY needs; see `Driver`. */
export interface CopyQuery {
  writable(): PromiseLike<CopyStream>;
  resolve: (value: CopyStream) => void;
  reject: (error: unknown) => void;
}

interface CopyStream {
  on(event: 'error', listener: (error: Error) => void): unknown;
  once(event: 'error' | 'finish', listener: (error: Error) => void): unknown;
  end(rows: string): unknown;
}

/** Sends `rows` after a COPY … FROM STDIN. Settles when the server has taken all of them, rejects with its error. */
export async function copyIn(query: CopyQuery, rows: string): Promise<void> {
  const refused = refusalOf(query);
  listenEarly(query);
  const stream = await query.writable();
  await new Promise<void>((resolve, reject) => {
    refused.catch(reject);
    stream.once('error', reject);
    stream.once('finish', () => {
      resolve();
    });
    stream.end(rows);
  });
}

/** A COPY that is refused in the packet that requests its rows breaks the stream before we get it. */
function listenEarly(query: CopyQuery): void {
  const passOn = query.resolve;
  query.resolve = (stream) => {
    // The next call returns the result of the statement.
    query.resolve = passOn;
    stream.on('error', ignore);
    passOn(stream);
  };
}

/** Rejects with the server's error on a query at any time, even after the driver has settled it. */
function refusalOf(query: CopyQuery): Promise<never> {
  const passOn = query.reject;
  const refused = new Promise<never>((_, reject) => {
    query.reject = (error) => {
      passOn(error);
      reject(error instanceof Error ? error : new Error(String(error)));
    };
  });
  // Without a listener of its own it would count as unhandled: the query reports an error before the stream does.
  refused.catch(ignore);
  return refused;
}

const ignore = (): void => undefined;
