import { parseDuration } from '../../core/duration.js';
import { byDefault, described, type CommandName } from './option.js';
import { durationFrom, oneOf, parseAddress, parsePort, parseSwitch } from './values.js';

const serving: readonly CommandName[] = ['watch', 'serve-health'];

/** What runs for long: probes, the re-scan, the way to stop. */
export const healthOptions = {
  healthPort: {
    flag: '--health-port <port>',
    env: ['HEALTH_PORT'],
    default: byDefault('1239'),
    commands: [...serving, 'probe'],
    parse: parsePort,
    help: 'the port of the health server',
  },
  healthHost: {
    flag: '--health-host <address>',
    env: [],
    default: described(':: with fallback to 0.0.0.0'),
    commands: [...serving, 'probe'],
    parse: parseAddress,
    help: 'the address the health server listens on',
  },
  readiness: {
    flag: '--readiness <rule>',
    env: [],
    default: byDefault('applied'),
    commands: serving,
    parse: oneOf('applied', 'attempted'),
    help: 'ready once every migration is applied, or once each was attempted',
  },
  exposeStatus: {
    flag: '--expose-status',
    env: [],
    default: byDefault('off'),
    commands: serving,
    parse: parseSwitch,
    help: 'show the status page to everyone, not only through kubectl port-forward',
  },
  grace: {
    flag: '--grace <duration>',
    env: [],
    default: byDefault('20s'),
    commands: ['watch'],
    parse: parseDuration,
    help: 'how long a running migration may go on after SIGTERM before it is cancelled',
  },
  rescanInterval: {
    flag: '--rescan-interval <duration>',
    env: [],
    default: byDefault('30s'),
    commands: serving,
    parse: durationFrom(1_000),
    help: 'how often the source is read again even if nothing seems to have changed',
  },
} as const;
