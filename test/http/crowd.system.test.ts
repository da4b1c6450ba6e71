import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { startHealthServer } from '../../src/http/health-server.js';
import { get } from '../support/http.js';
import { portOf, serverOptions } from '../support/http-answers.js';

/** Clients that connect and say nothing, in a thread of their own: the server's thread is busy with the server alone. */
class Crowd {
  readonly #counts = new Int32Array(new SharedArrayBuffer(8));
  readonly #worker: Worker;
  #error: Error | null = null;

  constructor(port: number, size: number) {
    const code = `const { workerData: { port, size, counts } } = require('node:worker_threads');
      const { connect } = require('node:net');
      for (let at = 0; at < size; at += 1) {
        const socket = connect(port, '127.0.0.1', () => Atomics.add(counts, 0, 1));
        socket.on('error', () => undefined).on('close', () => Atomics.add(counts, 1, 1));
      }
      setInterval(() => undefined, 1_000);`;
    this.#worker = new Worker(code, {
      eval: true,
      execArgv: [],
      workerData: { port, size, counts: this.#counts },
    });
    this.#worker.once('error', (error) => {
      this.#error = error;
    });
  }

  get opened(): number {
    if (this.#error !== null) throw this.#error;
    return Atomics.load(this.#counts, 0);
  }

  get closed(): number {
    return Atomics.load(this.#counts, 1);
  }

  async leave(): Promise<void> {
    await this.#worker.terminate();
  }
}

test('beside a thousand idle sockets each probe is answered, and those too many are closed', async () => {
  const server = await startHealthServer(serverOptions());
  const port = portOf(server);
  const crowd = new Crowd(port, 1_000);
  try {
    while (crowd.opened < 1_000) {
      expect((await get(port, '/liveness')).status).toBe(200);
    }
    await expect.poll(() => crowd.closed).toBeGreaterThanOrEqual(1_000 - 256);
  } finally {
    await crowd.leave();
    await server.close();
  }
});
