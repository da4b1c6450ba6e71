import type { EmbeddedEvent } from '../../core/embedded.js';
import type { PgmEvent } from '../../core/events.js';
import { duration } from '../../core/words.js';

type EmbeddedSentence = Extract<PgmEvent, { kind: 'embedded' }>;

/** What the embedded server does, as an event with words: where it is and how to reach it. */
export function describeEmbedded(
  event: EmbeddedEvent,
  { user, database }: { readonly user: string; readonly database: string },
): EmbeddedSentence {
  const say = (
    level: EmbeddedSentence['level'],
    message: string,
    activity?: string | null,
  ): EmbeddedSentence => ({ kind: 'embedded', level, message, activity });
  const url = (port: number): string =>
    `postgresql://${encodeURIComponent(user)}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
  switch (event.kind) {
    case 'copying-binaries':
      return say(
        'info',
        `copying PostgreSQL's programs to ${event.to}: ${event.reason}`,
        'copying PostgreSQL',
      );
    case 'initialising':
      return say(
        'debug',
        `making a data directory in ${event.directory}${event.kept ? '' : ', thrown away at the end'}`,
        'making a PostgreSQL data directory',
      );
    case 'starting':
      return say('debug', `starting PostgreSQL on port ${event.port}`, 'starting PostgreSQL');
    case 'port-taken':
      return say('info', `port ${event.port} is taken; taking another for the embedded PostgreSQL`);
    case 'started': {
      const fate = event.kept ? `kept in ${event.directory}` : 'thrown away at the end';
      return say(
        'done',
        `PostgreSQL ${event.version} started in ${duration(event.ms)} at ${url(event.port)} (${fate})`,
        null,
      );
    }
    case 'attached':
      return say(
        'done',
        `using the PostgreSQL that runs in ${event.directory}, at ${url(event.port)}`,
        null,
      );
    case 'waiting':
      return say(
        'info',
        `waiting for pgm ${event.pid}, which starts or stops the PostgreSQL in ${event.directory}`,
        'waiting for another pgm',
      );
    case 'recovered-orphan':
      return say(
        'warn',
        event.pid === null
          ? `removed ${event.directory}, left behind by a pgm that was killed`
          : `stopped PostgreSQL ${event.pid} in ${event.directory}, left behind by a pgm that was killed`,
      );
    case 'lost':
      return say('warn', `the embedded PostgreSQL ended by itself: ${event.log.join(' / ')}`, null);
  }
}
