import type postgres from 'postgres';

export type DriverQuery = postgres.PendingQuery<postgres.Row[]>;

/** What a client has asked and has no answer to, in order: the server works on the first. */
export class UnderWay {
  readonly #queries = new Set<DriverQuery>();
  readonly #rejects = new Set<(error: Error) => void>();

  /** The query that the server has before it; null while there is none. */
  get active(): DriverQuery | null {
    for (const query of this.#queries) if (isActive(query)) return query;
    return null;
  }

  /**
   * Settles as `work` does, its errors as `judge` has them, or rejects when all is given up. Not a race against one long
   * promise: each race would leave its mark on it, for as long as the client lives.
   */
  answerTo<T>(
    query: DriverQuery,
    work: PromiseLike<T>,
    judge: (error: unknown) => Error,
  ): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#rejects.add(reject);
      this.#queries.add(query);
      const done = (): void => {
        this.#rejects.delete(reject);
        this.#queries.delete(query);
      };
      work.then(
        (value) => {
          done();
          resolve(value);
        },
        (error: unknown) => {
          done();
          reject(judge(error));
        },
      );
    });
  }

  /** Rejects all of it, each with an error of its own. */
  giveUp(reason: () => Error): void {
    for (const reject of this.#rejects) reject(reason());
  }
}

/** The driver's types leave it out: true from the moment the server has nothing else of ours before it, until it has answered. */
function isActive(query: DriverQuery): boolean {
  return (query as unknown as { readonly active: boolean }).active;
}
