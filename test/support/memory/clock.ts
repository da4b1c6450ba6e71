import { Interrupted } from '../../../src/core/errors.js';
import type { Clock } from '../../../src/core/ports.js';

interface Sleeper {
  readonly at: number;
  readonly wake: () => void;
}

/** A clock that stands still until a test moves it. */
export class HandClock implements Clock {
  /** What the next throws of the dice give; 0.5 when there are none. */
  readonly dice: number[] = [];
  /** Milliseconds of every sleep that was asked for. */
  readonly slept: number[] = [];
  #now = 0;
  #sleepers: Sleeper[] = [];

  now(): number {
    return this.#now;
  }

  /** It started at noon of some day. */
  wallMs(): number {
    return Date.UTC(2026, 10, 23, 12) + this.#now;
  }

  random(): number {
    return this.dice.shift() ?? 0.5;
  }

  /** How many are asleep at the moment. */
  get sleeping(): number {
    return this.#sleepers.length;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.slept.push(ms);
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#sleepers = this.#sleepers.filter((other) => other !== sleeper);
        signal?.removeEventListener('abort', stop);
      };
      const stop = (): void => {
        leave();
        reject(new Interrupted());
      };
      const sleeper = {
        at: this.#now + ms,
        wake: (): void => {
          leave();
          resolve();
        },
      };
      this.#sleepers.push(sleeper);
      signal?.addEventListener('abort', stop);
      if (signal?.aborted === true) stop();
    });
  }

  /** Lets the time pass, and everybody wake and do their work at their moment. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settled();
    for (;;) {
      const next = this.#nextUntil(end);
      if (next === undefined) break;
      this.#now = next.at;
      next.wake();
      await settled();
    }
    this.#now = end;
    await settled();
  }

  #nextUntil(end: number): Sleeper | undefined {
    return this.#sleepers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

/** Settles when nobody can go on without an event from outside. */
export function settled(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
