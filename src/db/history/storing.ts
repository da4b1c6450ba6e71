import { sqlstates } from '../../core/failure/sqlstates.js';
import type { Client } from '../wire/client.js';
import { serverErrorOf } from '../wire/errors.js';

/** How a value is written into a row. */
export type Shown = <T>(value: T) => T;

/** Stores what a file failed with. A database in another encoding than UTF-8 may lack some of its characters. */
export async function storing(client: Client, messageOf: (shown: Shown) => string): Promise<void> {
  try {
    await client.run(messageOf((value) => value));
  } catch (error) {
    const said = serverErrorOf(error);
    if (said === null) throw error;
    await client.run('rollback');
    if (said.sqlstate !== sqlstates.untranslatableCharacter) throw error;
    await client.run(messageOf(inAscii));
  }
}

/** The same text, object or list, with a stand-in for each character outside ASCII. */
function inAscii<T>(value: T): T {
  const json = JSON.stringify(value).replace(/[^\x20-\x7e]/gu, (letter) => standIns[letter] ?? '?');
  return JSON.parse(json) as T;
}

const standIns: Readonly<Record<string, string>> = { '•': '*', '…': '...', '–': '-' };
