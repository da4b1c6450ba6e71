import type { ConnectionSettings } from '../../src/core/connection/connection.js';
import { usualPatience } from '../../src/db/database.js';
import type { Client } from '../../src/db/wire/client.js';
import { dial } from '../../src/db/wire/dial.js';
import { settingsFor, type Target } from './run.js';

/** One session of the kind that a run has; the caller closes it. `own`: settings in place of the target's. */
export function openClient(target: Target, own: Partial<ConnectionSettings> = {}): Promise<Client> {
  return dial({
    settings: { ...settingsFor(target), ...own },
    database: target.database,
    applicationName: 'pgm/0.0.0 test',
    patience: usualPatience,
    onOrphan: () => undefined,
  });
}
