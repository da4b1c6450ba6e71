import { ConfigurationError, errnoOrText } from '../core/errors.js';
import { printable } from '../core/files/names.js';

/** Runs one disk operation. An error becomes a `ConfigurationError` that says where, why and what to do. */
export function onDisk<T>(verb: string, path: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    throw new ConfigurationError([
      `cannot ${verb} ${printable(path)}: ${reasonOf(errnoOrText(error))}`,
    ]);
  }
}

function reasonOf(code: string): string {
  const remedy = remedies.get(code);
  return remedy === undefined ? code : `${remedy} (${code})`;
}

const elsewhere = 'mount a writable volume there, such as an emptyDir, or use another';

const remedies: ReadonlyMap<string, string> = new Map([
  ['EROFS', `the file system is read-only; ${elsewhere} place`],
  ['EACCES', `this user may not write there; set fsGroup in the pod, or ${elsewhere} place`],
  ['EPERM', `this user may not write there; set fsGroup in the pod, or ${elsewhere} place`],
  ['ENOSPC', 'no space is left; make the volume larger (sizeLimit of an emptyDir)'],
  ['EDQUOT', 'the quota is used up; make the volume larger'],
  ['ENOTDIR', 'a part of this path is a file; remove it, or use another place'],
  ['EISDIR', 'a directory has this name; remove it, or use another place'],
  ['ENOENT', 'such a path cannot exist; use another place'],
  ['EEXIST', 'something else has this name; remove it, or use another place'],
]);
