import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string; readonly size: number }[];
}

/** The package as `npm publish` would send it, from the build that is there: the tarball, and what is in it. */
export async function pack(folder: string) {
  const args = ['pack', '--ignore-scripts', '--json', '--pack-destination', folder];
  const { stdout } = await run('npm', args, { cwd: root });
  const [packed] = JSON.parse(stdout) as readonly Packed[];
  if (packed === undefined) throw new Error('npm packed nothing');
  return { tarball: join(folder, packed.filename), files: packed.files };
}

/** Installs it below the folder, with the packages that it depends on and that it may use. */
export async function installPacked(folder: string): Promise<void> {
  const { tarball } = await pack(folder);
  const own = join(folder, 'node_modules/postgres-manager');
  await mkdir(own, { recursive: true });
  await run('tar', ['-xzf', tarball, '-C', own, '--strip-components=1']);
  await rm(tarball);
  const manifest = JSON.parse(await readFile(join(own, 'package.json'), 'utf8')) as Manifest;
  const names = [manifest.dependencies, manifest.peerDependencies].flatMap(Object.keys);
  for (const name of names) {
    const link = join(folder, 'node_modules', name);
    await mkdir(dirname(link), { recursive: true });
    await symlink(join(root, 'node_modules', name), link);
  }
}

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}
