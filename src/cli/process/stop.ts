import { setMaxListeners } from 'node:events';
import { fstatSync, writeFileSync } from 'node:fs';
import type { Stop } from '../../core/ports.js';
import { exitCodes } from './exit-codes.js';

export interface SignalStop extends Stop {
  /** The first signal received, or null. */
  readonly signal: () => NodeJS.Signals | null;
}

const signals = ['SIGINT', 'SIGTERM'] as const;

/** Milliseconds between the second signal and the end of the process, whatever is still running. */
const lastWordsMs = 2_000;

/**
 * Before a command has begun, a signal ends the process at once. The first process of a container needs this: the
 * kernel does not deliver signals that it has no handler for.
 */
export function endOnSignals(): void {
  for (const signal of signals) process.on(signal, endAtOnce);
}

function endAtOnce(signal: NodeJS.Signals): void {
  process.exit(exitCodeOfSignal(signal));
}

/**
 * Turns SIGINT and SIGTERM into the two steps of stopping: after the first signal nothing new begins, and what is
 * running is cancelled after `graceMs`; the second signal cancels it now.
 */
export function stopOnSignals(graceMs: number, onStop: (signal: string) => void): SignalStop {
  const soon = new AbortController();
  const now = new AbortController();
  // Each waiting target of a fleet listens, and Node reports more than ten listeners as a leak.
  setMaxListeners(0, soon.signal, now.signal);
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

/**
 * Calls `listener` at each SIGHUP, until the returned function is called. On a terminal SIGHUP still ends the process,
 * as the terminal was closed.
 */
export function onHangUp(listener: () => void): () => void {
  if (process.stdin.isTTY || process.stdout.isTTY) return () => undefined;
  process.on('SIGHUP', listener);
  return () => process.off('SIGHUP', listener);
}

/** 130 for SIGINT, 143 for SIGTERM, as in shells. */
export function exitCodeOfSignal(signal: NodeJS.Signals | null): number {
  return signal === 'SIGTERM' ? 143 : 130;
}

/** Milliseconds that a reader of the log has at the end to read the rest. */
const goodbyeMs = 2_000;

/** Set when something other than a log went to stdout: all of it is needed. */
let printed = false;
/** Why not all output reached stdout; null as long as it did. */
let lost: string | null = null;
let told = false;

/**
 * Lets the work go on when stdout or stderr cannot be written any more: a closed pipe, a full disk. If the disk cuts a log
 * short, stderr says so; an incomplete document is left to `endOutput`.
 */
export function watchOutput(): void {
  process.stderr.on('error', () => undefined);
  process.stdout.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    lost ??= code ?? message;
    if (printed || told || code === 'EPIPE') return;
    told = true;
    process.stderr.write(
      `pgm: cannot write to stdout; its output is incomplete, the work goes on (${code ?? message})\n`,
    );
  });
}

/** Writes the result of a command. `endOutput` reports what could not be written. */
export function printResult(text: string): void {
  printed = true;
  if (!isFile()) {
    process.stdout.write(text);
    return;
  }
  try {
    // The stream treats a write that the disk cut short as complete; this goes on until all is written.
    writeFileSync(process.stdout.fd, Buffer.from(text));
  } catch (error) {
    lost ??= (error as NodeJS.ErrnoException).code ?? String(error);
  }
}

function isFile(): boolean {
  try {
    return fstatSync(process.stdout.fd).isFile();
  } catch {
    return false;
  }
}

/** Waits until the output is written, however long a reader of a document takes; returns the exit code to end with. */
export async function endOutput(exitCode: number): Promise<number> {
  // A signal ends the wait for a reader that does not read.
  if (printed) endOnSignals();
  const patience = printed ? null : goodbyeMs;
  await Promise.all([flushed(process.stdout, patience), flushed(process.stderr, goodbyeMs)]);
  if (!printed || lost === null) return exitCode;
  process.stderr.write(
    `pgm: could not write all of the output to stdout (${lost}): ${advice(lost)}\n`,
  );
  await flushed(process.stderr, goodbyeMs);
  return exitCode === exitCodes.fine ? exitCodes.failed : exitCode;
}

function advice(code: string): string {
  return code === 'EPIPE'
    ? 'its reader has ended'
    : 'the output is incomplete; make room or write elsewhere, and run it again';
}

/** Resolves when everything was written, when that failed, or after `withinMs`; null waits for ever. */
function flushed(stream: NodeJS.WriteStream, withinMs: number | null): Promise<void> {
  return new Promise((resolve) => {
    if (withinMs !== null) setTimeout(resolve, withinMs).unref();
    stream.write('', () => {
      resolve();
    });
  });
}
