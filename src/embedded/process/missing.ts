import { errnoOf } from '../../core/errors.js';

/** What an operation on a file or directory resolves with; null if there is no such file. Throws other errors. */
export async function unlessMissing<T>(operation: Promise<T>): Promise<T | null> {
  try {
    return await operation;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return null;
    throw error;
  }
}
