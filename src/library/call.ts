import { Interrupted } from '../core/errors.js';
import type { Emit } from '../core/events.js';
import type { Stop } from '../core/ports.js';
import { OptionReader } from './option-reader.js';
import type { CallOptions } from './options.js';
import type { Hooks } from './work/hooks.js';

/** What a call does: reads its options, then its work. */
interface Call<T extends object, C, R> {
  readonly settle: (reader: OptionReader<T>) => C | Promise<C>;
  readonly work: (config: C, hooks: Hooks) => Promise<R>;
  /** The default of `graceMs`. */
  readonly graceMs?: number;
}

/** Throws one `ConfigurationError` for everything that is wrong with the options, before anything is done. */
export async function call<T extends CallOptions, C, R>(
  options: T,
  { settle, work, graceMs: usual = 0 }: Call<T, C, R>,
): Promise<R> {
  const reader = new OptionReader(options);
  const signal = reader.as('signal', isSignal, 'give it an AbortSignal');
  const graceMs = reader.milliseconds('graceMs', usual);
  const onEvent = reader.as('onEvent', isFunction, 'give it a function');
  const config = await settle(reader);
  reader.finish();
  const emit = onEvent ?? ignore;
  for (const message of reader.warnings) emit({ kind: 'warning', message });
  const stopping = stopOn(signal, graceMs);
  try {
    if (signal?.aborted === true) throw new Interrupted();
    return await work(config, { emit, stop: stopping.stop });
  } finally {
    stopping.end();
  }
}

/** The two steps of stopping: nothing new begins, and what is running is cancelled `graceMs` later. */
function stopOn(
  signal: AbortSignal | null,
  graceMs: number,
): { readonly stop: Stop; readonly end: () => void } {
  const soon = new AbortController();
  const now = new AbortController();
  let grace: NodeJS.Timeout | undefined;
  const onAbort = (): void => {
    soon.abort();
    if (graceMs === 0) now.abort();
    else
      grace = setTimeout(() => {
        now.abort();
      }, graceMs);
  };
  signal?.addEventListener('abort', onAbort, { once: true });
  return {
    stop: { soon: soon.signal, now: now.signal },
    end: () => {
      signal?.removeEventListener('abort', onAbort);
      clearTimeout(grace);
    },
  };
}

function isSignal(value: unknown): value is AbortSignal {
  return value instanceof AbortSignal;
}

function isFunction(value: unknown): value is Emit {
  return typeof value === 'function';
}

function ignore(): void {
  // There is no listener.
}
