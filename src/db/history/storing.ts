import { lackedCharacter } from '../../core/failure/server-error.js';
import type { Client } from '../wire/client.js';
import { serverErrorOf } from '../wire/errors.js';

/** How a value is written into a row. */
export type Shown = <T>(value: T) => T;

/**
 * Stores what a file failed with. A database in another encoding than UTF-8 may lack some of its characters: each gets a
 * stand-in, and the others stay. Throws the server's error if it lacks one of a name, which has none.
 */
export async function storing(client: Client, messageOf: (shown: Shown) => string): Promise<void> {
  const lacking = new Set<string>();
  for (;;) {
    try {
      await client.run(messageOf((value) => without(lacking, value)));
      return;
    } catch (error) {
      const said = serverErrorOf(error);
      if (said === null) throw error;
      await client.run('rollback');
      const character = lackedCharacter(said);
      if (character === null || lacking.has(character)) throw error;
      lacking.add(character);
    }
  }
}

/** How many characters are asked for one by one; a text that has more is in a script that the encoding does not have. */
const mostAsked = 8;

/** The same text, object or list, with a stand-in for each character that is lacking. */
function without<T>(lacking: ReadonlySet<string>, value: T): T {
  if (lacking.size === 0) return value;
  const isLacking = (letter: string): boolean =>
    lacking.size > mostAsked || lacking.has(letter) || letter in standIns;
  const json = JSON.stringify(value).replace(/[^\x20-\x7e]/gu, (letter) =>
    isLacking(letter) ? (standIns[letter] ?? '?') : letter,
  );
  return JSON.parse(json) as T;
}

/** What pgm itself writes, and shall look the same in every row. */
const standIns: Readonly<Record<string, string>> = { '•': '*', '…': '...', '–': '-' };
