import type { CommandName } from '../config/table/values.js';
import { baseline } from './baseline.js';
import { configmap } from './configmap.js';
import { ensureDb } from './ensure-db.js';
import { lint } from './lint.js';
import { migrate } from './migrate.js';
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
  'serve-health': serveHealth,
  configmap,
  prepare,
  probe,
} as const satisfies { readonly [C in CommandName]: Command<C> };
