import { parseDuration } from '../../../core/text/words.js';
import { durationFrom, parseAddress, parsePort, parseReadiness, toggle } from './values.js';

/** Options of the daemons: probes, the re-scan, the grace period. */
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
    help: 'when to be ready: while every migration is applied, or (once) from the first time on that all were',
  },
  exposeStatus: toggle(
    '--expose-status',
    'show the status page to everybody, not only through kubectl port-forward',
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
} as const;
