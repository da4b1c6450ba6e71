/**
 * Where a part of a ConfigMap or Secret is mounted at `directory` or below it (`subPath`), according to the text of
 * `/proc/self/mountinfo`; null if that cannot be seen. Such a mount shows one file or directory of one generation for
 * ever: the kubelet swaps the volume beside it. Other mounts, such as Docker's bind mounts, do not count.
 */
export function subPathMount(mountinfo: string, directory: string): string | null {
  for (const line of mountinfo.split('\n')) {
    const [, , , root = '', at = ''] = line.split(' ').map(unescaped);
    const isHere = at === directory || at.startsWith(`${directory}/`);
    if (isHere && partOfVolume.test(root)) return at;
  }
  return null;
}

/**
 * What is mounted, as a path in its file system: below the volume that the kubelet keeps on the disk of its node, or (where
 * that path is not visible) inside a generation, which the kubelet names by date.
 */
const partOfVolume =
  /\/kubernetes\.io~(?:configmap|projected)\/[^/]+\/.|\/\.\.\d{4}(?:_\d\d){5}\.\d+(?:\/|$)/;

/** The kernel writes blanks and backslashes as three octal digits. */
function unescaped(field: string): string {
  return field.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
