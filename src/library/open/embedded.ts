import type { ConnectionSettings } from '../../core/connection/connection.js';
import type { EmbeddedEvent } from '../../core/embedded.js';
import type { Emit } from '../../core/events.js';
import type { Server } from '../connection/choose-server.js';
import { describeEmbedded } from './describe-embedded.js';

/** A server of our own, and how to connect to it. */
interface Started {
  readonly settings: ConnectionSettings;
  stop(): Promise<void>;
}

/**
 * Starts the embedded server. Its superuser is the given user, with the given password, or with the name of the user as
 * password if none is given. Throws `EmbeddedUnavailable`.
 */
export async function startEmbedded(
  { directory, settings }: Extract<Server, { kind: 'embedded' }>,
  emit: Emit,
): Promise<Started> {
  const { startEmbeddedPostgres } = await import('../../embedded/start.js');
  const { user, database } = settings;
  const given = await settings.readPassword({ host: 'localhost', port: usualPort }, database);
  const password = given ?? user;
  const running = await startEmbeddedPostgres({
    directory,
    user,
    password,
    preferredPort: usualPort,
    onEvent: (event: EmbeddedEvent) => {
      emit(describeEmbedded(event, { user, database }));
    },
  });
  const { host, port } = running;
  return {
    // A password file may have none for the host and port that the server got.
    settings: {
      ...settings,
      hosts: [{ host, port }],
      readPassword: () => Promise.resolve(password),
    },
    stop: () => running.stop(),
  };
}

const usualPort = 5432;
