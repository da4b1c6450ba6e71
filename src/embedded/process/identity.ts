import { readFile, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { EmbeddedUnavailable } from '../../core/errors.js';
import { unlessMissing } from './missing.js';

/** Who the server runs as. */
export interface Identity {
  readonly uid: number;
  readonly gid: number;
  readonly name: string;
  /** False when pgm itself runs as this user. */
  readonly switched: boolean;
}

/** Options for spawn. Only root may switch; for others even passing their own ids can fail. */
export function spawnAs({ uid, gid, switched }: Identity): { uid?: number; gid?: number } {
  return switched ? { uid, gid } : {};
}

/**
 * PostgreSQL does not run as root, so root runs it as the owner of existing data, otherwise as the user `postgres` or,
 * in images without one, `nobody`. All other users run it as themselves, and only on data of their own.
 */
export async function chooseIdentity(data: string | null, passwdFile: string): Promise<Identity> {
  const self = ownIdentity();
  const owner: Owner | null = data === null ? null : await unlessMissing(stat(data));
  if (self.uid !== 0) return ordinaryIdentity(self, data, owner);
  const users = parsePasswd(await readFile(passwdFile, 'utf8'));
  if (data !== null && owner !== null) return ownerIdentity(data, owner, users);
  const found =
    users.find(({ name }) => name === 'postgres') ?? users.find(({ name }) => name === 'nobody');
  if (found !== undefined) return { ...found, switched: true };
  throw new EmbeddedUnavailable(
    `PostgreSQL does not run as root, and ${passwdFile} names neither a user "postgres" nor "nobody". ` +
      'Create one (useradd --system postgres), or run pgm as an ordinary user.',
  );
}

interface Owner {
  readonly uid: number;
  readonly gid: number;
}

interface User extends Owner {
  readonly name: string;
}

/** The users of a passwd file that may run a server: not root, and with ids that are numbers. */
export function parsePasswd(text: string): readonly User[] {
  return text.split('\n').flatMap((line) => {
    const [name = '', , uid = '', gid = ''] = line.split(':');
    const sound = name !== '' && /^\d+$/.test(uid) && /^\d+$/.test(gid) && Number(uid) !== 0;
    return sound ? [{ name, uid: Number(uid), gid: Number(gid) }] : [];
  });
}

function ownIdentity(): Identity {
  try {
    const { uid, gid, username } = userInfo();
    return { uid, gid, name: username, switched: false };
  } catch (cause) {
    throw new EmbeddedUnavailable(
      'the user that pgm runs as has no entry in /etc/passwd, and PostgreSQL requires one. ' +
        'Add the user there, or run pgm as a user that is listed.',
      { cause },
    );
  }
}

function ordinaryIdentity(self: Identity, data: string | null, owner: Owner | null): Identity {
  if (data === null || owner === null || owner.uid === self.uid) return self;
  throw new EmbeddedUnavailable(
    `${data} belongs to the user with id ${owner.uid}, and you are ${self.name} (${self.uid}). ` +
      'Run pgm as that user, or give another directory.',
  );
}

function ownerIdentity(data: string, { uid, gid }: Owner, users: readonly User[]): Identity {
  if (uid === 0) {
    throw new EmbeddedUnavailable(
      `${data} belongs to root, and PostgreSQL does not run as root. ` +
        `Give it to the user that should run the server: chown -R postgres ${data}`,
    );
  }
  const name = users.find((user) => user.uid === uid)?.name ?? `uid ${uid}`;
  return { uid, gid, name, switched: true };
}
