import { describe, expect, test } from 'vitest';
import { subPathMount } from '../../../src/core/files/sub-path.js';

const volumes = '/var/lib/kubelet/pods/2f1c/volumes';
const generation = '..2026_11_29_07_32_05.1234567890';

/** A line of /proc/self/mountinfo: this part of a file system, mounted there. */
const line = (root: string, at: string): string =>
  `63 43 254:0 ${root} ${at} ro,relatime - ext4 /dev/vda rw`;

function found(root: string, at = '/migrations-configmap'): string | null {
  const lines = [line('/', '/'), line('/run/proc', '/proc'), line(root, at), ''];
  return subPathMount(lines.join('\n'), '/migrations-configmap');
}

describe('a mount with subPath is seen', () => {
  test.each([
    [
      'a directory of a ConfigMap',
      `${volumes}/kubernetes.io~configmap/migrations/${generation}/gcp`,
    ],
    ['a directory of a projected volume', `${volumes}/kubernetes.io~projected/m/${generation}/gcp`],
    [
      'one whose generation was swapped away',
      `/x/kubernetes.io~configmap/m/${generation}/a//deleted`,
    ],
    ['a Secret, which has a file system of its own', `/${generation}/gcp`],
    ['a whole generation', `/${generation}`],
  ])('%s', (_, root) => {
    expect(found(root)).toBe('/migrations-configmap');
  });

  test('a single file in a directory of the image', () => {
    const root = `${volumes}/kubernetes.io~configmap/m/${generation}/gcp_001_x.sql`;
    const at = '/migrations-configmap/gcp_001_x.sql';
    expect(found(root, at)).toBe(at);
  });

  test('below a directory with a blank in its name', () => {
    const mountinfo = line(`/${generation}/gcp`, '/my\\040files/gcp');
    expect(subPathMount(mountinfo, '/my files')).toBe('/my files/gcp');
  });
});

describe('nothing is said of', () => {
  test.each([
    ['a bind mount of Docker or Podman', '/home/me/project/migrations'],
    ['a named volume', '/var/lib/docker/volumes/migrations/_data'],
    ['a whole ConfigMap', `${volumes}/kubernetes.io~configmap/migrations`],
    [
      'a subPath of a claim, which Kubernetes keeps up to date',
      `${volumes}/kubernetes.io~csi/pv/mount/sql`,
    ],
    [
      'an emptyDir that an init container fills',
      `${volumes}/kubernetes.io~empty-dir/shared/migrations`,
    ],
  ])('%s', (_, root) => {
    expect(found(root)).toBeNull();
  });

  test('a subPath in another directory, even one whose name begins the same', () => {
    expect(found(`/${generation}/x`, '/migrations-configmap-2')).toBeNull();
    expect(found(`/${generation}/x`, '/etc/settings')).toBeNull();
  });
});
