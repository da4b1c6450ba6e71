import { rename } from 'node:fs/promises';
import { errnoOf } from './errno.js';

/** Gives a finished directory its name, unless somebody else was faster: then theirs stays, and ours where it is. */
export async function renameUnlessTaken(from: string, to: string): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST'].includes(errnoOf(error) ?? '')) throw error;
  }
}
