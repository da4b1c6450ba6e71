import { Interrupted } from '../../core/errors.js';
import type { Emit } from '../../core/events.js';
import type { Clock, SourceWatch, Stop } from '../../core/ports.js';

interface RestPorts {
  readonly clock: Clock;
  readonly emit: Emit;
  readonly sourceWatch: SourceWatch;
  readonly stop: Stop;
}

/**
 * Waits until the source may have changed, `ms` have passed (null: no limit), `stop.soon` fires or `over` is aborted.
 * Leaves no timer or listener behind.
 */
export async function rest(
  ms: number | null,
  { clock, emit, sourceWatch, stop }: RestPorts,
  over: AbortController,
): Promise<void> {
  const end = (): void => {
    over.abort();
  };
  stop.soon.addEventListener('abort', end);
  if (stop.soon.aborted) end();
  const hinted = sourceWatch.next(over.signal).then(({ kind: hint }) => {
    emit({ kind: 'source-hinted', hint });
  });
  const waits: Promise<unknown>[] = [hinted];
  if (ms !== null) waits.push(clock.sleep(ms, over.signal));
  try {
    await Promise.race(waits);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
  } finally {
    stop.soon.removeEventListener('abort', end);
    end();
    await Promise.allSettled(waits);
  }
}
