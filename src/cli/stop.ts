import type { Stop } from '../core/ports.js';

export interface SignalStop extends Stop {
  /** The first signal that came, or null. */
  readonly signal: () => NodeJS.Signals | null;
}

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Milliseconds between the second signal and the end of the process, whatever is still under way. */
const lastWordsMs = 2_000;

/**
 * Until a command stops in order, there is nothing to put in order. The first process of a container needs this: the
 * kernel gives it no signal that it does not listen to.
 */
export function endOnSignals(): void {
  for (const signal of signals) process.on(signal, endAtOnce);
}

function endAtOnce(signal: NodeJS.Signals): void {
  process.exit(exitCodeOfSignal(signal));
}

/**
 * Turns SIGINT and SIGTERM into the two steps of stopping: the first signal begins nothing new and, after `graceMs`,
 * breaks off what is under way; the second breaks it off now.
 */
export function stopOnSignals(graceMs: number, onStop: (signal: string) => void): SignalStop {
  const soon = new AbortController();
  const now = new AbortController();
  let first: NodeJS.Signals | null = null;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (first !== null) {
      now.abort();
      setTimeout(() => process.exit(exitCodeOfSignal(signal)), lastWordsMs).unref();
      return;
    }
    first = signal;
    onStop(signal);
    soon.abort();
    if (graceMs === 0) now.abort();
    else
      setTimeout(() => {
        now.abort();
      }, graceMs).unref();
  };
  for (const signal of signals) {
    process.on(signal, onSignal);
    process.off(signal, endAtOnce);
  }
  return { soon: soon.signal, now: now.signal, signal: () => first };
}

/** 130 for SIGINT, 143 for SIGTERM, as shells have it. */
export function exitCodeOfSignal(signal: NodeJS.Signals | null): number {
  return signal === 'SIGTERM' ? 143 : 130;
}
