import { ConfigurationError } from '../core/errors.js';
import { printable } from '../core/names.js';

/** Does one thing to the disk; what goes wrong becomes a `ConfigurationError` that says where, why and what to do. */
export function onDisk<T>(verb: string, path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError([
      `cannot ${verb} ${printable(path)}: ${reasonOf(errnoOf(error))}`,
    ]);
  }
}

/** The errno name of a file system error. */
export function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

function reasonOf(code: string): string {
  const remedy = remedies.get(code);
  return remedy === undefined ? code : `${remedy} (${code})`;
}

const elsewhere = 'mount a volume there that can be written, such as an emptyDir, or name another';

const remedies: ReadonlyMap<string, string> = new Map([
  ['EROFS', `the file system is read-only; ${elsewhere} place`],
  ['EACCES', `this user may not; set fsGroup in the pod, or ${elsewhere} place`],
  ['EPERM', `this user may not; set fsGroup in the pod, or ${elsewhere} place`],
  ['ENOSPC', 'no space is left; give the volume more (sizeLimit of an emptyDir)'],
  ['EDQUOT', 'the quota is used up; give the volume more'],
  ['ENOTDIR', 'a part of this path is a file; remove it, or name another place'],
  ['EISDIR', 'a directory has this name; remove it, or name another place'],
  ['ENOENT', 'there can be no such thing; name another place'],
  ['EEXIST', 'something else has this name; remove it, or name another place'],
]);
