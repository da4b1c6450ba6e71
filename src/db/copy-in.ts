import type postgres from 'postgres';

/** What of the driver's query a COPY needs. */
export type CopyQuery = Pick<postgres.PendingQuery<postgres.Row[]>, 'writable'>;

/** Sends `rows` after a COPY … FROM STDIN. Settles when the server has taken all of them, rejects with what it says. */
export async function copyIn(query: CopyQuery, rows: string): Promise<void> {
  const refused = refusalOf(query);
  const stream = await query.writable();
  await new Promise<void>((resolve, reject) => {
    refused.catch(reject);
    stream.once('error', reject);
    stream.once('finish', resolve);
    stream.end(rows);
  });
}

/**
 * Rejects with what the server says against a query at any time. Once the driver has given out the stream of a COPY, the
 * query counts as settled, and an error that comes after the last row would reach nobody: neither the query nor the
 * stream. It is still handed to the query's `reject`, so that is where we listen.
 */
function refusalOf(query: object): Promise<never> {
  const driverQuery = query as { reject: (error: unknown) => void };
  const passOn = driverQuery.reject;
  const refused = new Promise<never>((_, reject) => {
    driverQuery.reject = (error) => {
      passOn(error);
      reject(error instanceof Error ? error : new Error(String(error)));
    };
  });
  // Without a listener of its own it would count as unhandled: the query tells of an error before the stream.
  refused.catch(() => undefined);
  return refused;
}
