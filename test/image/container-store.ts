import { execFile } from 'node:child_process';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Finished } from '../support/pgm.js';
import { findOnPath } from '../support/programs.js';

const scripts = fileURLToPath(new URL('../../scripts/image/', import.meta.url));
const programs = ['buildah', 'conmon', 'debootstrap', 'podman', 'runc'];

/** Why no image can be built or run here; null: it can. */
export function obstacle(): string | null {
  if (process.getuid?.() !== 0) return 'only root can build and run the image without an engine';
  const missing = programs.filter((name) => findOnPath(name) === null);
  if (missing.length === 0) return null;
  const wanted = missing.join(' ');
  return `the image cannot be built and run without ${wanted}; install it: apt-get install ${wanted}`;
}

/** Containers and images in a directory of their own; `remove` leaves nothing of them on the machine. */
export class ContainerStore {
  private constructor(private readonly directory: string) {}

  static async open(): Promise<ContainerStore> {
    return new ContainerStore(await mkdtemp(join(tmpdir(), 'pgm-test-image-')));
  }

  /** The Dockerfile's image under `tag`. `npmSecret` is in the settings of the npm that builds it. */
  async build(tag: string, npmSecret: string): Promise<void> {
    const npmrc = join(this.directory, 'npmrc-with-secret');
    const path = process.env['NPM_CONFIG_USERCONFIG'] ?? join(homedir(), '.npmrc');
    const settings = await readFile(path, 'utf8').catch(() => '');
    await writeFile(npmrc, `${settings}\n//npm.invalid/:_authToken=${npmSecret}\n`);
    await expectDone(await script('bases.sh', [this.directory]));
    const env = { NPM_CONFIG_USERCONFIG: npmrc };
    await expectDone(await script('build.sh', [this.directory, tag], env));
  }

  /** One command of podman, to its end, whatever that is. */
  podman(...args: readonly string[]): Promise<Finished> {
    return script('engine.sh', [this.directory, 'podman', ...args]);
  }

  /** One command of podman that has to succeed; what it printed. */
  async ask(...args: readonly string[]): Promise<string> {
    return (await expectDone(await this.podman(...args))).stdout.trim();
  }

  /** `podman inspect` of a container or an image. */
  async inspect<T>(name: string): Promise<T> {
    const [found] = JSON.parse(await this.ask('inspect', name)) as [T];
    return found;
  }

  async remove(): Promise<void> {
    await expectDone(await script('remove.sh', [this.directory]));
  }
}

function script(
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  const options = { env: { ...process.env, ...env }, maxBuffer: 64 * 1024 * 1024 };
  return new Promise((resolve, reject) => {
    execFile(join(scripts, name), args, options, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : (error.code ?? null);
      if (typeof exitCode === 'string') {
        reject(new Error(`${name} did not start: ${exitCode}`, { cause: error }));
        return;
      }
      resolve({ exitCode, signal: error?.signal ?? null, stdout, stderr });
    });
  });
}

function expectDone(finished: Finished): Promise<Finished> {
  if (finished.exitCode === 0) return Promise.resolve(finished);
  const { exitCode, stdout, stderr } = finished;
  return Promise.reject(new Error(`ended with ${String(exitCode)}:\n${stdout}${stderr}`));
}
