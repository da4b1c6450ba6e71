import { parseIdentifier } from '../../../core/connection/connection.js';
import { durationFrom, parseEmbedded, parseWait, parseSchema, parseText } from './values.js';

/** The server to use when none is given. */
export const defaultUrl = 'postgresql://pact:pact@localhost:5432/pact_mock_servers';

/** Where PostgreSQL is and how long to wait for it. */
export const connectionOptions = {
  databaseUrl: {
    flag: '--database-url <url>',
    env: ['DATABASE_URL'],
    unset: defaultUrl,
    parse: parseText,
    help: 'connection string; put a password in the variable or a file, not on the command line',
  },
  databaseUrlFile: {
    flag: null,
    env: ['DATABASE_URL_FILE'],
    parse: parseText,
    help: 'a file that holds the connection string (a mounted Secret), read again for each connection',
  },
  postgresHost: {
    flag: null,
    env: ['POSTGRES_HOST'],
    unset: 'localhost',
    parse: parseText,
    help: 'the host, if neither the connection string nor PGHOST names one',
  },
  postgresPort: {
    flag: null,
    env: ['POSTGRES_PORT'],
    unset: '5432',
    parse: parseText,
    help: 'the port, if neither the connection string nor PGPORT names one',
  },
  maintenanceDb: {
    flag: '--maintenance-db <name>',
    unset: 'postgres, then template1',
    parse: parseIdentifier,
    help: 'the database to connect to when creating the target database',
  },
  waitTimeout: {
    flag: '--wait-timeout <duration>',
    // For status, "not reachable" is an answer too, and should come soon.
    default: '60s',
    except: {
      status: '5s',
      drift: '5s',
      'fleet status': '5s',
      'fleet drift': '5s',
      'fleet verify': '5s',
      watch: 'forever',
      'serve-health': 'forever',
    },
    parse: parseWait,
    help: 'how long to wait for PostgreSQL: a duration, or forever',
  },
  connectTimeout: {
    flag: '--connect-timeout <duration>',
    unset: '10s',
    parse: durationFrom(100),
    help: 'how long one attempt to connect may take; overrides connect_timeout and PGCONNECT_TIMEOUT',
  },
  historySchema: {
    flag: '--history-schema <name>',
    default: 'pgm',
    parse: parseSchema,
    help: 'the schema that holds the history',
  },
} as const;

/** A PostgreSQL that pgm starts itself. */
export const embeddedOptions = {
  embedded: {
    flag: '--embedded [dir]',
    default: 'off',
    completes: 'directory',
    parse: parseEmbedded,
    help: 'start a private PostgreSQL, kept in the directory if one is given',
  },
} as const;
