/** What identifies a database, whatever it is called and however it is reached. */
export interface Identity {
  /** The system identifier of its server. */
  readonly server: string;
  /** The oid of the database there. */
  readonly database: string;
}

export interface Identified {
  /** Null if the server does not show it to this role. */
  identity(): Promise<Identity | null>;
}

/** Which target was found at which database, so that no database is worked on under two names. */
export class Identities {
  readonly #names = new Map<string, string>();

  /** The other target that was found at this database before; if there is none, null, and from now on it is this one. */
  claim(target: string, { server, database }: Identity): string | null {
    const key = `${server}/${database}`;
    const before = this.#names.get(key);
    if (before !== undefined && before !== target) return before;
    this.#names.set(key, target);
    return null;
  }
}
