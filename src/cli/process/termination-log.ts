import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { Emit } from '../../core/events.js';
import { headline, location, particulars } from '../render/words/failure.js';
import { fleetWords } from '../render/words/sentences/fleet-sentences.js';
import type { EventOf } from '../render/words/sentence.js';

/** Why a container ended, as `kubectl describe pod` shows it under *Message*. */
export interface TerminationLog {
  readonly emit: Emit;
  /** Replaces the content of the file. */
  fail(text: string): void;
}

/** The kubelet reads the last bytes of a longer file; ours begins with the most important line. */
const mostBytes = 4_096;

/**
 * Keeps the current failure in that file, so that it is there however the process ends, and removes it when all is well
 * again. Kubernetes creates the file: if it is missing or cannot be written, nothing happens. Null means the file that
 * Kubernetes reads.
 */
export function openTerminationLog(given: string | null, directory: string): TerminationLog {
  const path = given ?? usualPath();
  if (path === null) return { emit: () => undefined, fail: () => undefined };
  // What an earlier process wrote stays until this one knows better.
  let written: string | null = null;
  const write = (text: string): void => {
    if (text === written) return;
    written = text;
    overwrite(path, cut(text));
  };
  let failures: string[] = [];
  return {
    emit: (event) => {
      if (event.kind === 'run-planned') failures = [];
      // More would not fit.
      if (event.kind === 'migration-failed' && failures.length < 40)
        failures.push(told(event, directory));
      if (event.kind === 'run-failed') write(event.reason);
      if (event.kind === 'fleet-finished') write(fleetMessage(event, directory));
      if (event.kind === 'run-finished') {
        const { verdict } = event;
        const fails = verdict.kind === 'behind' && verdict.failing;
        write(fails ? [verdict.reason, ...failures].join('\n') : '');
      }
    },
    fail: write,
  };
}

/** The most likely log while the configuration cannot be read. `typed`: the value of the flag, if it was given. */
export function earlyTerminationLog(
  typed: string | boolean | readonly string[] | undefined,
): TerminationLog {
  const path = typeof typed === 'object' ? typed.at(-1) : process.env['PGM_TERMINATION_LOG'];
  return openTerminationLog(path || null, '');
}

/** Only for the first process of a container: one started by `kubectl exec` must not overwrite its message. */
function usualPath(): string | null {
  return process.pid === 1 ? '/dev/termination-log' : null;
}

/** The summary, and the targets that need attention, as far as they fit. */
function fleetMessage(event: EventOf<'fleet-finished'>, directory: string): string {
  const [first] = [fleetWords['fleet-finished'](event, directory)].flat();
  if (first?.level !== 'error') return '';
  return [first.text, ...(first.below ?? [])].join('\n');
}

function told({ path, failure }: EventOf<'migration-failed'>, directory: string): string {
  const first = `${location(directory, path, failure)} ${headline(failure)}`;
  return [first, ...particulars(failure).map((line) => `  ${line}`)].join('\n');
}

/** The first bytes that fit, in whole characters. */
function cut(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  if (bytes.length <= mostBytes) return bytes;
  let end = mostBytes;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}

/** Never creates the file, and writes only to a regular file. */
function overwrite(path: string, bytes: Uint8Array): void {
  let file;
  try {
    file = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (!fstatSync(file).isFile()) return;
    // In this order a reader never finds the file empty while there is a failure.
    writeSync(file, bytes);
    ftruncateSync(file, bytes.length);
  } catch {
    // Missing or read-only: the log has everything anyway.
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Opened by the command; a bug may show up anywhere, even after the command has lost control. */
let terminationLog: TerminationLog | null = null;

/** From now on a bug is written to this log too. */
export function reportBugsTo(words: TerminationLog): void {
  terminationLog = words;
}

/** Reports an unexpected error with its stack, on stderr and in the termination log. */
export function reportBug(error: unknown): void {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const text = `pgm: a bug in pgm; please report it with these lines:\n${stack}`;
  process.stderr.write(`${text}\n`);
  terminationLog?.fail(text);
}
