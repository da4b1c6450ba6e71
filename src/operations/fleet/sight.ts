import { Refused } from '../../core/errors.js';
import { Identities } from '../../core/fleet/identity.js';
import type { Session } from '../../core/ports.js';
import type { FleetTarget } from './fleet-ports.js';

/** What is known about servers and databases since the first connection. */
export class Sight {
  readonly #identities = new Identities();
  /** The system identifier of the server at these hosts. */
  readonly #servers = new Map<string, string>();

  /** One word for the server of a target. Two names of one server count as one once both were seen. */
  serverOf({ hosts }: FleetTarget): string {
    return this.#servers.get(hosts) ?? hosts;
  }

  /** Throws `Refused` if the database was seen under the name of another target. */
  async admit(target: FleetTarget, session: Pick<Session, 'identity'>): Promise<void> {
    const identity = await session.identity();
    if (identity === null) return;
    this.#servers.set(target.hosts, identity.server);
    const other = this.#identities.claim(target.name, identity);
    if (other === null) return;
    throw new Refused(`it is the same database as ${other}: keep one of the two targets`, null);
  }
}
