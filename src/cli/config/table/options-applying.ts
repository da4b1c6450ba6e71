import { parseDuration } from '../../../core/text/words.js';
import { oneOf, parseKey, parseWait, parseRevision, toggle } from './values.js';

/** How migrations are applied, and what `migrate` and `status` can be asked. */
export const applyingOptions = {
  allowEmpty: toggle('--allow-empty', 'count a source without migrations as up to date'),
  onFailure: {
    flag: '--on-failure <policy>',
    default: 'continue',
    parse: oneOf('continue', 'schema', 'stop'),
    help: 'what to do after a failed migration: continue, schema (hold the rest of its schema) or stop',
  },
  onChange: {
    flag: '--on-change <policy>',
    default: 'rerun',
    // Status and the probes need it too: it decides whether an edited migration still has to be applied.
    parse: oneOf('rerun', 'warn', 'fail'),
    help: 'what to do with a migration edited after it was applied: rerun, warn or fail',
  },
  lockTimeout: {
    flag: '--lock-timeout <duration>',
    default: '10s',
    parse: parseDuration,
    help: 'how long a statement may wait for a lock; 0 waits forever',
  },
  lockWait: {
    flag: '--lock-wait <duration>',
    default: '60s',
    except: { watch: 'forever' },
    parse: parseWait,
    help: 'how long to wait for another runner to finish: a duration, or forever',
  },
  restoreGrace: {
    flag: '--restore-grace <duration>',
    default: '60s',
    parse: parseDuration,
    help: 'how long to leave a database alone after its history disappeared and the last other session ended',
  },
  onPooler: {
    flag: '--on-pooler <policy>',
    default: 'warn',
    parse: oneOf('warn', 'refuse'),
    help: 'what to do behind a connection pooler: warn or refuse',
  },
  lint: {
    flag: '--lint <severity>',
    default: 'off',
    parse: oneOf('error', 'warning', 'off'),
    help: 'apply nothing of a revision in which pgm lint finds something at least this severe: error, warning or off',
  },
  dryRun: toggle('--dry-run', 'show what would be done, and change nothing'),
  to: {
    flag: '--to <key>',
    unset: 'all',
    completes: 'key',
    parse: parseKey,
    help: 'the last migration to apply, such as gcp/003_add_index.sql',
  },
  check: toggle('--check', 'exit with 3 unless everything is applied'),
  wait: toggle('--wait', 'wait until everything is applied, for 60s or the given --wait-timeout'),
  revision: {
    flag: '--revision <hex>',
    unset: 'the current revision',
    parse: parseRevision,
    help: 'the revision that has to be applied for the answer to be yes',
  },
  attempts: toggle('--attempts', 'also list the latest attempts'),
  json: toggle('--json', 'print one JSON document on stdout'),
} as const;
