import type { CommandName } from './config/table/values.js';
import { baseline } from './commands/baseline.js';
import { completion } from './commands/completion.js';
import { configmap } from './commands/configmap.js';
import { drift } from './commands/drift.js';
import { ensureDb } from './commands/ensure-db.js';
import { fleetDrift } from './commands/fleet/drift.js';
import { fleetMigrate } from './commands/fleet/migrate.js';
import { fleetRender } from './commands/fleet/render.js';
import { fleetStatus } from './commands/fleet/status.js';
import { fleetVerify } from './commands/fleet/verify.js';
import { importFolder } from './commands/import.js';
import { lint } from './commands/lint.js';
import { migrate } from './commands/migrate.js';
import { newCommand } from './commands/new.js';
import { prepare } from './commands/prepare.js';
import { probe } from './commands/probe.js';
import type { Command } from './commands/run-command.js';
import { schema } from './commands/schema.js';
import { serveHealth } from './commands/fleet/serve-health.js';
import { status } from './commands/status.js';
import { verify } from './commands/verify.js';
import { watch } from './commands/watch.js';

/** Every command, in the order of the help. */
export const commands = {
  'ensure-db': ensureDb,
  migrate,
  status,
  watch,
  baseline,
  verify,
  lint,
  schema,
  drift,
  'fleet migrate': fleetMigrate,
  'fleet status': fleetStatus,
  'fleet drift': fleetDrift,
  'fleet verify': fleetVerify,
  'fleet render': fleetRender,
  'serve-health': serveHealth,
  configmap,
  import: importFolder,
  new: newCommand,
  completion,
  prepare,
  probe,
} as const satisfies { readonly [C in CommandName]: Command<C> };

/** Words that several commands begin with, and what they are about. */
export const groups: Readonly<Record<string, string>> = {
  fleet: 'work on many databases: pgm fleet migrate, status, drift, verify, render',
};
