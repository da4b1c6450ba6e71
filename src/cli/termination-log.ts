import { closeSync, constants, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import type { Emit, PgmEvent } from '../core/events.js';
import { headline, location, particulars } from './render/failure.js';

/** The last words of a container, as `kubectl describe pod` shows them under *Message*. */
export interface TerminationLog {
  readonly emit: Emit;
  /** Replaces what stands there by why the process ends. */
  fail(text: string): void;
}

/** What the kubelet reads of it; what is longer is cut off at its end, where the newest would stand. */
const mostBytes = 4_096;

/**
 * Keeps the last failure in that file while it lasts, so that it is there however the process ends, and takes it out
 * when all is well again. Kubernetes makes the file: where there is none, or none that may be written, nothing happens.
 * Null writes nothing.
 */
export function openTerminationLog(path: string | null, directory: string): TerminationLog {
  if (path === null) return { emit: () => undefined, fail: () => undefined };
  // What an earlier process left there counts until this one knows better.
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
      if (event.kind === 'migration-failed') failures.push(told(event, directory));
      if (event.kind === 'run-failed') write(event.reason);
      if (event.kind === 'run-finished') {
        const { verdict } = event;
        const fails = verdict.kind === 'behind' && verdict.failing;
        write(fails ? [verdict.reason, ...failures].join('\n') : '');
      }
    },
    fail: write,
  };
}

type Failed = Extract<PgmEvent, { kind: 'migration-failed' }>;

function told({ path, failure }: Failed, directory: string): string {
  const first = `${location(directory, path, failure)} ${headline(failure)}`;
  return [first, ...particulars(failure).map((line) => `  ${line}`)].join('\n');
}

/** The first bytes that fit, never half a character. */
function cut(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  if (bytes.length <= mostBytes) return bytes;
  let end = mostBytes;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end -= 1;
  return bytes.subarray(0, end);
}

/** Never makes the file, and never writes to what is no plain file. */
function overwrite(path: string, bytes: Uint8Array): void {
  let file;
  try {
    file = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    if (!fstatSync(file).isFile()) return;
    // In this order a reader never finds the file empty while there is something to say.
    writeSync(file, bytes);
    ftruncateSync(file, bytes.length);
  } catch {
    // Not there, or read-only: it is a courtesy, and the log has it all.
  } finally {
    if (file !== undefined) closeSync(file);
  }
}
