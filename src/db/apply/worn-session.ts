import type { Migration } from '../../core/files/migration.js';
import type { Client } from '../wire/client.js';
import { serverErrorOf } from '../wire/errors.js';
import { wearOf } from './apply-file.js';
import { wearingRoutines } from './hidden-settings.js';

/** Whether files may share the session of a run, and what is known about that so far. */
export class WornSession {
  /** The last file that ran in it. */
  #file: Migration['key'] | null = null;
  #isWorn = false;
  /** Calls of a routine wear a session, and any file may call it; null: not known. */
  #byCalls: boolean | null = null;

  /** True if this file needs a new one. Asks the server once a run, when a second file comes. */
  async isWornFor({ key }: Pick<Migration, 'key'>, client: Client): Promise<boolean> {
    if (this.#file === null || this.#file === key) return false;
    if (this.#isWorn) return true;
    this.#byCalls ??= await areCallsWearing(client);
    return this.#byCalls;
  }

  begin({ key, sql }: Pick<Migration, 'key' | 'sql'>): void {
    const wear = wearOf(sql);
    if (wear === 'callers') this.#byCalls = true;
    this.#file = key;
    this.#isWorn ||= wear !== 'none';
  }

  renewed(): void {
    this.#file = null;
    this.#isWorn = false;
  }
}

/** Behind a pooler no file has a session of its own. */
async function areCallsWearing(client: Client): Promise<boolean> {
  if (client.facts.pooled) return false;
  try {
    const [rows] = await client.run(`select ${wearingRoutines} as wear`);
    return rows?.[0]?.['wear'] === true;
  } catch (error) {
    if (serverErrorOf(error) === null) throw error;
    return true;
  }
}
