import type { Emit } from '../../core/events.js';
import type { Labels } from '../../core/fleet/target.js';
import type { Wave } from '../../core/fleet/waves.js';
import type { Clock, Database, Source, SqlReader, Stop } from '../../core/ports.js';

/** A target as a fleet run needs it. */
export interface FleetTarget {
  readonly name: string;
  readonly labels: Labels;
  /** The hosts it is reached at: equal for targets of one server, as far as that is known before connecting. */
  readonly hosts: string;
}

export interface FleetPorts {
  readonly source: Source;
  readonly sqlReader: SqlReader;
  readonly clock: Clock;
  readonly emit: Emit;
  readonly stop: Stop;
  /** Opens no connection until asked to. */
  readonly open: (target: FleetTarget) => Promise<Database>;
}

export type PlannedFleet = readonly Wave<FleetTarget>[];
