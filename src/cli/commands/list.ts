import type { CommandName } from '../config/table/values.js';
import { baseline } from './baseline.js';
import { completion } from './completion.js';
import { configmap } from './configmap.js';
import { drift } from './drift.js';
import { ensureDb } from './ensure-db.js';
import { importFolder } from './import.js';
import { lint } from './lint.js';
import { migrate } from './migrate.js';
import { newCommand } from './new.js';
import { prepare } from './prepare.js';
import { probe } from './probe.js';
import type { Command } from './run-command.js';
import { schema } from './schema.js';
import { serveHealth } from './serve-health.js';
import { status } from './status.js';
import { verify } from './verify.js';
import { watch } from './watch.js';

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
  'serve-health': serveHealth,
  configmap,
  import: importFolder,
  new: newCommand,
  completion,
  prepare,
  probe,
} as const satisfies { readonly [C in CommandName]: Command<C> };
