import { expect } from 'vitest';
import { freePort, get, until } from '../support/http.js';
import { RunningPgm } from '../support/pgm.js';

interface Drift {
  readonly count: number;
  readonly checkedAt: string;
  readonly objects: readonly {
    drift: string;
    kind: string;
    identity: string;
    file: string | null;
  }[];
}

/** A `pgm watch` that looks for drift each second. */
export class Watching {
  private constructor(
    readonly process: RunningPgm,
    readonly port: number,
  ) {}

  /** Settles when it is ready. */
  static async begin(directory: string, url: string, ...args: string[]): Promise<Watching> {
    const port = await freePort();
    const process = new RunningPgm(
      [
        ...['watch', '--dir', directory, '--health-port', String(port)],
        ...['--drift-interval', '1s', '--catalog-timeout', '60s', ...args],
      ],
      { DATABASE_URL: url },
    );
    const watching = new Watching(process, port);
    try {
      await until(port, '/readiness', 200);
    } catch (error) {
      await process.stop('SIGKILL');
      throw error;
    }
    return watching;
  }

  async drift(): Promise<Drift | null> {
    return (await get(this.port, '/status')).body['drift'] as Drift | null;
  }

  async named(): Promise<readonly (readonly [drift: string, object: string])[]> {
    const seen = await this.drift();
    return (seen?.objects ?? []).map((each) => [each.drift, `${each.kind} ${each.identity}`]);
  }

  /** Settles when it has looked at what is there now, and could tell. */
  async looked(): Promise<void> {
    const before = Date.now();
    const checkedAt = async (): Promise<number> =>
      Date.parse((await this.drift())?.checkedAt ?? '1970-01-01');
    await expect.poll(checkedAt).toBeGreaterThan(before);
    // One that had begun before may have ended since.
    const first = Date.now();
    await expect.poll(checkedAt).toBeGreaterThan(first);
  }

  /** Lines that say that there is drift. */
  get warnings(): readonly string[] {
    return this.process.output.split('\n').filter((line) => /drift: /.test(line));
  }

  /** Lines that say that it is over. */
  get ends(): readonly string[] {
    return this.process.output.split('\n').filter((line) => isOver.test(line));
  }

  async stop(): Promise<void> {
    await this.process.stop('SIGKILL');
  }
}

export const isOver = /the drift is over: the database is again as revision/;
export const isDrift = /drift: \d+ objects? differs?/;
