import { type ConnectionSettings, describeHost } from '../../../core/connection/connection.js';
import type { Target } from '../../../core/fleet/target.js';
import type { Database } from '../../../core/ports.js';
import { withDatabase } from '../../../library/open/compose.js';
import type { FleetTarget } from '../../../operations/fleet/fleet-ports.js';

export interface ReachedTarget extends FleetTarget {
  readonly settings: ConnectionSettings;
}

export function reachedBy(
  { name, labels }: Pick<Target, 'name' | 'labels'>,
  settings: ConnectionSettings,
): ReachedTarget {
  return { name, labels, settings, hosts: settings.hosts.map(describeHost).join(',') };
}

/** How to reach each target, by its name. */
export function serversOf(targets: readonly ReachedTarget[]) {
  const byName = new Map(targets.map(({ name, settings }) => [name, settings]));
  return ({ name }: Pick<FleetTarget, 'name'>) => {
    const settings = byName.get(name);
    if (settings === undefined) throw new Error(`there is no target ${name}`);
    return { kind: 'running', settings } as const;
  };
}

/** Opens the database of a target. Passwords are fetched when it connects. */
export function openerOf(
  targets: readonly ReachedTarget[],
  historySchema: string,
): (target: FleetTarget) => Promise<Database> {
  const serverOf = serversOf(targets);
  const quiet = (): void => undefined;
  return (target) =>
    withDatabase({ server: serverOf(target), historySchema }, quiet, (database) =>
      Promise.resolve(database),
    );
}
