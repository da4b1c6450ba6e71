import { parseDuration } from '../../core/duration.js';
import { byDefault, described, type CommandName } from './option.js';
import { oneOf, parseKey, parsePatience, parseRevision, parseSwitch } from './values.js';

const applying: readonly CommandName[] = ['migrate', 'watch'];

/** How migrations are applied, and what `migrate` and `status` can be asked. */
export const applyingOptions = {
  onFailure: {
    flag: '--on-failure <policy>',
    env: [],
    default: byDefault('continue'),
    commands: applying,
    parse: oneOf('continue', 'schema', 'stop'),
    help: 'after a failed migration: continue, schema (leave out the rest of its schema) or stop',
  },
  onChange: {
    flag: '--on-change <policy>',
    env: [],
    default: byDefault('rerun'),
    // Status and the probes judge by it: whether an edited migration counts as outstanding depends on the policy.
    commands: ['migrate', 'status', 'watch', 'serve-health'],
    parse: oneOf('rerun', 'warn', 'fail'),
    help: 'a migration edited after it was applied: rerun, warn or fail',
  },
  lockTimeout: {
    flag: '--lock-timeout <duration>',
    env: [],
    default: byDefault('10s'),
    commands: applying,
    parse: parseDuration,
    help: 'how long a statement may wait for a lock; 0 is for ever',
  },
  lockWait: {
    flag: '--lock-wait <duration>',
    env: [],
    default: byDefault('60s', { watch: 'forever' }),
    commands: ['migrate', 'watch', 'baseline'],
    parse: parsePatience,
    help: 'how long to wait for another runner to finish; a duration or forever',
  },
  onPooler: {
    flag: '--on-pooler <policy>',
    env: [],
    default: byDefault('warn'),
    commands: ['migrate', 'watch', 'baseline'],
    parse: oneOf('warn', 'refuse'),
    help: 'behind a connection pooler: warn or refuse',
  },
  dryRun: {
    flag: '--dry-run',
    env: [],
    default: byDefault('off'),
    commands: ['migrate', 'baseline'],
    parse: parseSwitch,
    help: 'show what would be applied and change nothing',
  },
  to: {
    flag: '--to <key>',
    env: [],
    default: described('all'),
    commands: ['migrate', 'baseline'],
    parse: parseKey,
    help: 'the last migration of the run, such as gcp/003_add_index.sql',
  },
  check: {
    flag: '--check',
    env: [],
    default: byDefault('off'),
    commands: ['status'],
    parse: parseSwitch,
    help: 'exit with 3 unless everything is applied',
  },
  wait: {
    flag: '--wait',
    env: [],
    default: byDefault('off'),
    commands: ['status'],
    parse: parseSwitch,
    help: 'wait until everything is applied: 60s, or as long as --wait-timeout says',
  },
  revision: {
    flag: '--revision <hex>',
    env: [],
    default: described('the current one'),
    commands: ['status', 'probe'],
    parse: parseRevision,
    help: 'up to date, or ready, means: this very revision is applied',
  },
  attempts: {
    flag: '--attempts',
    env: [],
    default: byDefault('off'),
    commands: ['status'],
    parse: parseSwitch,
    help: 'list the latest attempts too',
  },
  json: {
    flag: '--json',
    env: [],
    default: byDefault('off'),
    commands: ['migrate', 'status'],
    parse: parseSwitch,
    help: 'print one JSON document on stdout',
  },
} as const;
