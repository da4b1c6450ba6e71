import type { EmbeddedEvent, EmbeddedPostgres } from '../../core/embedded.js';
import type { Emit } from '../../core/events.js';
import type { Server } from '../connection/choose-server.js';
import { describeEmbedded } from './describe-embedded.js';

/** Starts the embedded server. Throws `EmbeddedUnavailable`. */
export async function startEmbedded(
  { directory, settings }: Extract<Server, { kind: 'embedded' }>,
  emit: Emit,
): Promise<EmbeddedPostgres> {
  const { startEmbeddedPostgres } = await import('../../embedded/start.js');
  const { user, database } = settings;
  const password = await settings.readPassword({ host: 'localhost', port: usualPort }, database);
  return startEmbeddedPostgres({
    directory,
    user,
    password: password ?? user,
    preferredPort: usualPort,
    onEvent: (event: EmbeddedEvent) => {
      emit(describeEmbedded(event, { user, database }));
    },
  });
}

const usualPort = 5432;
