import { setTimeout as delay } from 'node:timers/promises';
import type { Scene } from './scene.js';
import { memoryOf } from './sidecar.js';
import { canary } from './story.js';

const everyMs = 1_000;
const paths = ['/metrics', '/status', '/', '/health', '/readiness', '/liveness'] as const;

/** Looks at everything that pgm shows, once a second: for canaries, and how much memory it takes. */
export class Listener {
  /** Where a canary was seen. */
  readonly leaks: string[] = [];
  /** Resident memory in MiB, sample by sample. */
  readonly memory: number[] = [];
  #going: Promise<void> = Promise.resolve();
  #ended = new AbortController();

  constructor(readonly scene: Scene) {}

  begin(): void {
    this.#going = this.#listen();
  }

  async end(): Promise<void> {
    this.#ended.abort();
    await this.#going;
  }

  async #listen(): Promise<void> {
    while (!this.#ended.signal.aborted) {
      this.#weigh();
      await Promise.all(paths.map((path) => this.#look(path)));
      await delay(everyMs, null, { signal: this.#ended.signal }).catch(() => undefined);
    }
  }

  #weigh(): void {
    try {
      this.memory.push(memoryOf(this.scene.sidecar.pid).nowMiB);
    } catch {
      // Between two processes there is nothing to weigh.
    }
  }

  /** An answer that does not come is the prober's business. */
  async #look(path: string): Promise<void> {
    try {
      const signal = AbortSignal.timeout(5_000);
      const response = await fetch(`http://localhost:${this.scene.port}${path}`, { signal });
      const text = await response.text();
      if (text.includes(canary)) this.leaks.push(`${path}: ${lineWith(text)}`);
    } catch {
      return;
    }
  }
}

function lineWith(text: string): string {
  return text.split('\n').find((line) => line.includes(canary)) ?? '';
}
