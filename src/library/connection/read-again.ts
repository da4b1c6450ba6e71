import type { ConfigFiles } from '../../core/connection/given.js';
import { errnoOf, Transient } from '../../core/errors.js';

/** Why a file could not be read, in words, with Node's code. The caller adds the path. */
export function readFailure(error: unknown): string {
  const code = errnoOf(error) ?? '';
  const reason = reasons[code];
  if (reason !== undefined) return `${code}: ${reason}`;
  return `it cannot be read${code === '' ? '' : ` (${code})`}; check the path and the file`;
}

const denied = 'this user may not read it; change its mode or owner';
const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'no such file; mount it or correct the path',
  EACCES: denied,
  EPERM: denied,
  EISDIR: 'it is a directory; name the file in it',
  ENOTDIR: 'a part of the path is not a directory; correct the path',
};

/** A file at a later connect. Throws `Transient`: it may be missing for the moment in which a Secret is swapped. */
export async function readAgain(files: ConfigFiles, path: string, name: string): Promise<string> {
  try {
    return await files.readFile(path);
  } catch (error) {
    throw new Transient(`${name}: ${readFailure(error)}`, errnoOf(error), { cause: error });
  }
}
