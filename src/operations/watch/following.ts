import { OnStandby, type PgmError } from '../../core/errors.js';
import type { Emit, PgmEvent } from '../../core/events.js';
import type { Database } from '../../core/ports.js';

/**
 * Reports once that the server is a standby, and once that it no longer is. A standby is not an error: its primary's runner
 * applies, the probes read what arrives, and it may be promoted.
 */
export class Following {
  #isOn = false;
  #answering: string;

  constructor(
    database: Pick<Database, 'target'>,
    readonly emit: Emit,
  ) {
    this.#answering = database.target;
  }

  /** From the first run that found a standby until one found a primary. */
  get isOn(): boolean {
    return this.#isOn;
  }

  begin(error: PgmError): void {
    if (this.#isOn) return;
    this.#isOn = true;
    const server = error instanceof OnStandby ? error.server : this.#answering;
    this.emit({
      kind: 'note',
      message:
        `${server} is a standby: pgm follows it and writes nothing; it is ready once all migrations have arrived from ` +
        'the primary, and applies migrations itself once it is promoted',
    });
  }

  /** A run with a plan is on a server that can be written to. */
  note(event: PgmEvent): void {
    if (event.kind === 'postgres-answered') this.#answering = event.target;
    if (event.kind !== 'run-planned' || !this.#isOn) return;
    this.#isOn = false;
    this.emit({
      kind: 'note',
      message: `${this.#answering} is a primary: pgm stops following a standby and applies migrations itself`,
    });
  }
}
