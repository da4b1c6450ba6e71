import { PgmError } from '../../core/errors.js';
import type { Emit } from '../../core/events.js';
import { type FleetReport, outcomesOf, summaryOf } from '../../core/fleet/fleet-report.js';
import type { Clock } from '../../core/ports.js';
import type { FleetKnown, FleetSeen } from '../../core/watch/fleet-view.js';

interface WatchFleetPorts {
  readonly clock: Clock;
  readonly emit: Emit;
  /** Reads the list and the files again, and looks at each target; calls `beat` whenever it makes progress. */
  readonly look: (beat: () => void) => Promise<FleetReport>;
}

/** Milliseconds between two signs of life while it waits. */
const beatMs = 30_000;

/** Looks at a fleet repeatedly, and keeps the last result: requests wait for no database. */
export class FleetWatch implements FleetKnown {
  seen: FleetSeen | null = null;
  problem: string | null = null;
  /** When it last made progress, by the clock's `now`. */
  beatAt: number;
  #told = '';

  constructor(
    readonly ports: WatchFleetPorts,
    readonly everyMs: number,
  ) {
    this.beatAt = ports.clock.now();
  }

  /** Runs until the signal fires. The pauses differ by up to a tenth, so that many processes do not look at the same time. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#lookOnce(signal);
      await this.#pause(this.everyMs * (0.9 + 0.2 * this.ports.clock.random()), signal);
    }
  }

  async #pause(pauseMs: number, signal: AbortSignal): Promise<void> {
    const { clock } = this.ports;
    for (let leftMs = pauseMs; leftMs > 0 && !signal.aborted; leftMs -= beatMs) {
      this.beatAt = clock.now();
      await clock.sleep(Math.min(leftMs, beatMs), signal).catch(() => undefined);
    }
  }

  async #lookOnce(signal: AbortSignal): Promise<void> {
    const { clock, emit, look } = this.ports;
    try {
      const report = await look(() => {
        this.beatAt = clock.now();
      });
      // An interrupted look has most targets as not begun.
      if (signal.aborted) return;
      this.seen = { at: clock.wallMs(), report };
      this.problem = null;
      const message = `the fleet: ${summaryOf(outcomesOf(report))}`;
      this.#tell(message, () => {
        emit({ kind: 'note', message });
      });
    } catch (error) {
      if (!(error instanceof PgmError)) throw error;
      if (signal.aborted) return;
      const { message } = error;
      this.problem = message;
      this.#tell(message, () => {
        emit({ kind: 'warning', message: `the fleet could not be looked at: ${message}` });
      });
    }
  }

  /** Reports the same message once. */
  #tell(message: string, say: () => void): void {
    if (message !== this.#told) say();
    this.#told = message;
  }
}
