import { parseDuration } from '../../../core/text/words.js';
import {
  durationFrom,
  parseAddress,
  parseInterval,
  parsePort,
  parseReadiness,
  toggle,
} from './values.js';

/** Options of the daemons: probes, the grace period, the re-scan, looks for drift. */
export const healthOptions = {
  healthPort: {
    flag: '--health-port <port>',
    env: ['HEALTH_PORT'],
    default: '1239',
    parse: parsePort,
    help: 'the port of the health server',
  },
  healthHost: {
    flag: '--health-host <address>',
    unset: ':: with fallback to 0.0.0.0',
    parse: parseAddress,
    help: 'the address the health server listens on',
  },
  readiness: {
    flag: '--readiness <rule>',
    default: 'applied',
    parse: parseReadiness,
    help: 'when to be ready: while every migration is applied, (once) from the first time that all were, or (strict) while all are and nothing has drifted',
  },
  exposeStatus: toggle(
    '--expose-status',
    'show the status page to everyone, not only through kubectl port-forward',
  ),
  grace: {
    flag: '--grace <duration>',
    default: '20s',
    parse: parseDuration,
    help: 'how long a running migration may go on after SIGTERM before it is cancelled',
  },
  rescanInterval: {
    flag: '--rescan-interval <duration>',
    default: '30s',
    parse: durationFrom(1_000),
    help: 'how often to read the source again even if nothing seems to have changed',
  },
  fleetInterval: {
    flag: '--fleet-interval <duration>',
    default: '1m',
    parse: durationFrom(1_000),
    help: 'how long to pause between two looks at all --targets',
  },
  driftInterval: {
    flag: '--drift-interval <duration>',
    default: '5m',
    parse: parseInterval,
    help: 'how often to look whether the database still is as the files made it: a duration, or off',
  },
} as const;
