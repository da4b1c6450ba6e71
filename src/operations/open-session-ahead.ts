import type { AskedAhead, Database, Session } from '../core/ports.js';

/** A database of which the first session is on its way. */
export interface SessionAhead extends Database {
  /** Lets go of a session that nobody asked for. Does not wait for it. */
  drop(): void;
}

/**
 * Begins to open a session before it can be of use, so that the server is at work meanwhile. The first `connect` gives it,
 * or throws why there is none; those after it open others.
 */
export function openSessionAhead(database: Database, asked: AskedAhead | undefined): SessionAhead {
  let first: Promise<Session> | null = database.connect(asked);
  // Heard by who asks for it.
  first.catch(ignore);
  const take = (): Promise<Session> | null => {
    const taken = first;
    first = null;
    return taken;
  };
  return {
    target: database.target,
    name: database.name,
    ensure: () => database.ensure(),
    openLock: () => database.openLock(),
    connect: (ahead) => take() ?? database.connect(ahead),
    drop: () => {
      take()
        ?.then((session) => session.close())
        .catch(ignore);
    },
  };
}

const ignore = (): void => undefined;
