/** Why a file could not be read, in words, with Node's code; the path is the caller's to name. */
export function readFailure(error: unknown): string {
  const code = errorCode(error) ?? '';
  switch (code) {
    case 'ENOENT':
      return 'ENOENT: there is no such file; mount it or correct the path';
    case 'EACCES':
    case 'EPERM':
      return `${code}: this user may not read it; change its mode or its owner`;
    case 'EISDIR':
      return 'EISDIR: it is a directory; name the file in it';
    case 'ENOTDIR':
      return 'ENOTDIR: a part of the path is no directory; correct the path';
    default:
      return `it cannot be read${code === '' ? '' : ` (${code})`}; check the path and the file`;
  }
}

/** `ENOENT` and the like, or null for what is no error of the system. */
export function errorCode(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
    ? error.code
    : null;
}
