import type { EmbeddedEvent } from '../../core/embedded.js';
import type { PgmEvent } from '../../core/events.js';
import { duration } from '../../core/text/words.js';

type EmbeddedSentence = Extract<PgmEvent, { kind: 'embedded' }>;

/** Puts an event of the embedded server into words. */
export function describeEmbedded(
  event: EmbeddedEvent,
  { user, database }: { readonly user: string; readonly database: string },
): EmbeddedSentence {
  const url = (port: number): string =>
    `postgresql://${encodeURIComponent(user)}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  switch (event.kind) {
    case 'started': {
      const fate = event.kept ? `kept in ${event.directory}` : 'removed at the end';
      const took = `started in ${duration(event.ms)}`;
      const text = `PostgreSQL ${event.version} ${took} at ${url(event.port)} (${fate})`;
      return say('done', text, null);
    }
    case 'attached': {
      const text = `using the PostgreSQL that runs in ${event.directory}, at ${url(event.port)}`;
      return say('done', text, null);
    }
    case 'recovered-orphan':
      return recovered(event);
    case 'lost': {
      const text = `the embedded PostgreSQL exited unexpectedly: ${event.log.join(' / ')}`;
      return say('warn', text, null);
    }
    default:
      return starting(event);
  }
}

type Starting = Extract<
  EmbeddedEvent,
  { kind: 'copying-binaries' | 'initialising' | 'starting' | 'port-taken' | 'waiting' }
>;

function starting(event: Starting): EmbeddedSentence {
  switch (event.kind) {
    case 'copying-binaries': {
      const text = `copying the PostgreSQL programs to ${event.to}: ${event.reason}`;
      return say('info', text, 'copying PostgreSQL');
    }
    case 'initialising': {
      const fate = event.kept ? '' : ', removed at the end';
      const text = `creating a data directory in ${event.directory}${fate}`;
      return say('debug', text, 'creating a PostgreSQL data directory');
    }
    case 'starting':
      return say('debug', `starting PostgreSQL on port ${event.port}`, 'starting PostgreSQL');
    case 'port-taken': {
      const text = `port ${event.port} is in use; using another one for the embedded PostgreSQL`;
      return say('info', text);
    }
    case 'waiting': {
      const what = `starts or stops the PostgreSQL in ${event.directory}`;
      return say('info', `waiting for pgm ${event.pid}, which ${what}`, 'waiting for another pgm');
    }
  }
}

function recovered({
  pid,
  directory,
}: Extract<EmbeddedEvent, { kind: 'recovered-orphan' }>): EmbeddedSentence {
  const what = pid === null ? `removed ${directory}` : `stopped PostgreSQL ${pid} in ${directory}`;
  return say('warn', `${what}, left behind by a pgm that was killed`);
}

function say(
  level: EmbeddedSentence['level'],
  message: string,
  activity?: string | null,
): EmbeddedSentence {
  return { kind: 'embedded', level, message, activity };
}
