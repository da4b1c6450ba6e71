import { freePort } from '../support/http.js';
import type { ContainerStore } from './container-store.js';

export interface WatchContainer {
  readonly name: string;
  readonly image: string;
  /** Directory that is mounted as the ConfigMap. */
  readonly migrations: string;
  /** File with the connection string. */
  readonly secret: string;
  /** MiB of memory; null: without a limit. */
  readonly limit: number | null;
}

/** With these a container can do as little as a restricted pod can; the user is the image's own. */
const restricted = [
  ...['--read-only', '--read-only-tmpfs=false', '--cap-drop', 'all'],
  ...['--security-opt', 'no-new-privileges', '--network', 'host'],
];

/** Starts `pgm watch` in a container and gives the port of its probes. */
export async function startWatching(
  store: ContainerStore,
  { name, image, migrations, secret, limit }: WatchContainer,
): Promise<number> {
  const port = await freePort();
  await store.ask(
    ...['run', '--detach', '--name', name, ...restricted],
    ...(limit === null ? [] : ['--memory', `${limit}m`]),
    ...['--env', 'DATABASE_URL_FILE=/run/secrets/pgm/url', '--env', `HEALTH_PORT=${port}`],
    ...['--volume', `${migrations}:/migrations-configmap:ro`],
    ...['--volume', `${secret}:/run/secrets/pgm/url:ro`, image],
  );
  return port;
}
