import { byDefault, described, type CommandName } from './option.js';
import {
  durationFrom,
  parseEmbedded,
  parseIdentifier,
  parsePatience,
  parseSchema,
  parseText,
} from './values.js';

const connecting: readonly CommandName[] = [
  'ensure-db',
  'migrate',
  'status',
  'watch',
  'serve-health',
  'baseline',
];

/** The server that is meant when nothing names one. */
export const defaultUrl = 'postgresql://pact:pact@localhost:5432/pact_mock_servers';

/** Where PostgreSQL is and how long to wait for it. */
export const connectionOptions = {
  databaseUrl: {
    flag: '--database-url <url>',
    env: ['DATABASE_URL'],
    default: described(defaultUrl),
    commands: connecting,
    parse: parseText,
    help: 'connection string; a password belongs into the variable or a file, not on the command line',
  },
  databaseUrlFile: {
    flag: null,
    env: ['DATABASE_URL_FILE'],
    default: described('none'),
    commands: connecting,
    parse: parseText,
    help: 'a file that holds the connection string (a mounted Secret), read again at each connect',
  },
  postgresHost: {
    flag: null,
    env: ['POSTGRES_HOST'],
    default: described('localhost'),
    commands: connecting,
    parse: parseText,
    help: 'the host, where neither the connection string nor PGHOST names one',
  },
  postgresPort: {
    flag: null,
    env: ['POSTGRES_PORT'],
    default: described('5432'),
    commands: connecting,
    parse: parseText,
    help: 'the port, where neither the connection string nor PGPORT names one',
  },
  maintenanceDb: {
    flag: '--maintenance-db <name>',
    env: [],
    default: described('postgres, then template1'),
    commands: connecting,
    parse: parseIdentifier,
    help: 'the database from which the target database is created',
  },
  waitTimeout: {
    flag: '--wait-timeout <duration>',
    env: [],
    // Somebody who asks for the status has a minute, and "not reachable" is an answer.
    default: byDefault('60s', { status: '5s', watch: 'forever', 'serve-health': 'forever' }),
    commands: connecting,
    parse: parsePatience,
    help: 'how long to wait for PostgreSQL; a duration or forever',
  },
  connectTimeout: {
    flag: '--connect-timeout <duration>',
    env: [],
    default: described('10s'),
    commands: connecting,
    parse: durationFrom(100),
    help: 'how long one attempt to connect may take; wins over connect_timeout and PGCONNECT_TIMEOUT',
  },
  historySchema: {
    flag: '--history-schema <name>',
    env: [],
    default: byDefault('pgm'),
    commands: [...connecting, 'configmap', 'prepare'],
    parse: parseSchema,
    help: 'the schema that holds the history',
  },
  embedded: {
    flag: '--embedded [dir]',
    env: [],
    default: byDefault('off'),
    commands: ['ensure-db', 'migrate', 'status', 'watch'],
    parse: parseEmbedded,
    help: 'start a PostgreSQL of our own, kept in the directory or else thrown away',
  },
} as const;
