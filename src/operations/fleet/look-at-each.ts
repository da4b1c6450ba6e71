import type { Emit } from '../../core/events.js';
import type { Limits } from '../../core/fleet/schedule.js';
import type { Database } from '../../core/ports.js';
import { retryTransient } from '../run/retry-transient.js';
import type { FleetPorts, FleetTarget } from './fleet-ports.js';
import { type Trouble, troubleBy } from './in-trouble.js';
import { Taking } from './run-wave.js';
import { Sight } from './sight.js';

export type LookPorts = Pick<FleetPorts, 'clock' | 'emit' | 'stop' | 'open'>;

export interface LookLimits {
  readonly limits: Omit<Limits, 'maxFailed'>;
  /** Milliseconds to wait for each target; null waits forever. */
  readonly waitTimeoutMs: number | null;
}

/** A kind of look at one target, and its answer if the look failed. */
interface Look<T> {
  /** Retried as long as the target is unreachable. */
  readonly look: (target: FleetTarget, by: LookBy) => Promise<T>;
  readonly unseen: (target: string, trouble: Unseen, durationMs: number) => T;
}

export interface LookBy {
  readonly database: Database;
  readonly sight: Sight;
  /** When the first try began, by the clock. */
  readonly started: number;
}

export interface Unseen {
  readonly state: Trouble['state'] | 'not-begun';
  readonly reason: string;
}

interface Looked<T> {
  /** In the order of the targets. */
  readonly outcomes: readonly T[];
  /** Why nothing new was started from some time on; null if every target was looked at. */
  readonly stopped: string | null;
}

/** Looks at each target once, a limited number at a time, and waits for unreachable ones. */
export async function lookAtEach<T extends { readonly target: string }>(
  ports: LookPorts,
  targets: readonly FleetTarget[],
  { look, unseen, limits, waitTimeoutMs }: Look<T> & LookLimits,
): Promise<Looked<T>> {
  const { clock, emit, stop } = ports;
  const sight = new Sight();
  // Each target is in the report; a line for each would repeat it.
  const tell: Emit = (event) => {
    if (event.kind === 'fleet-stopped') emit(event);
  };
  const lookAt = async (target: FleetTarget, database: Database) => {
    const started = clock.now();
    // Waits are reported at the end.
    const quiet = (): void => undefined;
    const retry = { clock, emit: quiet, stop, database };
    const by = { database, sight, started };
    const outcome = await retryTransient(() => look(target, by), retry, waitTimeoutMs).catch(
      (error: unknown) => unseen(target.name, troubleBy(error), clock.now() - started),
    );
    return { kind: 'ended' as const, outcome };
  };
  const taking = new Taking<T>(targets.length, {
    limits: { ...limits, maxFailed: null },
    emit: tell,
    stop,
    serverOf: (target) => sight.serverOf(target),
    attemptsAt: async (target) => {
      const database = await ports.open(target);
      const once = () => lookAt(target, database);
      return { once, patiently: once };
    },
    notBegun: (target, reason) => unseen(target, { state: 'not-begun', reason }, 0),
    onEnd: () => false,
  });
  await taking.take(targets);
  const outcomes = targets.flatMap(({ name }) => taking.outcomes.get(name) ?? []);
  return { outcomes, stopped: taking.stopped };
}
