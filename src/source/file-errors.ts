/** The errno name of a file system error. */
export function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** True for what a name says that was listed a moment ago and is gone, or leads elsewhere, by now. */
export function hasVanished(error: unknown): boolean {
  return vanished.has(codeOf(error));
}

/** True for what is no fault of the file: this process, or the machine, has no descriptor left. */
export function isOutOfDescriptors(error: unknown): boolean {
  return outOfDescriptors.has(codeOf(error));
}

const vanished: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'ELOOP', 'ESTALE']);
const outOfDescriptors: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE']);
