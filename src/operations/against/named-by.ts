import { DatabaseMissing, PostgresUnreachable, Refused } from '../../core/errors.js';
import type { Database } from '../../core/ports.js';

/** Errors of a database that a flag names are about that flag, not about the target. */
export async function namedBy<T>(
  origin: string,
  { name, target }: Pick<Database, 'name' | 'target'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof DatabaseMissing) {
      const message = `${origin}: ${target} does not exist: name the database that has the files, not "${name}"`;
      throw new Refused(message, null, { cause });
    }
    if (cause instanceof PostgresUnreachable) {
      throw new PostgresUnreachable(
        `${origin}: ${cause.message.replaceAll('DATABASE_URL', origin)}`,
        {
          cause,
        },
      );
    }
    if (cause instanceof Refused) {
      throw new Refused(`${origin}: ${cause.message}`, cause.code, { cause });
    }
    throw cause;
  }
}
