/**
 * Rejects with what the server says against a query at any time. Once the driver has given out the stream of a COPY, the
 * query counts as settled, and an error that comes after the last row would reach nobody: neither the query nor the
 * stream. It is still handed to the query's `reject`, so that is where we listen.
 */
export function refusalOf(query: object): Promise<never> {
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
