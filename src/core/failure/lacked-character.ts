import type { ServerError } from './server-error.js';
import { sqlstates } from './sqlstates.js';

/**
 * The character that the database's encoding lacks, by the error of the server: `byte sequence 0xe2 0x80 0xa2`, in any
 * language. Null for another error.
 */
export function lackedCharacter({
  sqlstate,
  message,
}: Pick<ServerError, 'sqlstate' | 'message'>): string | null {
  if (sqlstate !== sqlstates.untranslatableCharacter) return null;
  const bytes = message.match(/0x[0-9a-f]{2}/g) ?? [];
  const [character, ...others] = Buffer.from(bytes.map(Number)).toString('utf8');
  // What the database has and UTF-8 lacks is in other bytes.
  const isOne = character !== undefined && character !== '\ufffd' && others.length === 0;
  return isOne ? character : null;
}

/** `日 (U+65E5)` */
export function named(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return `${character} (U+${code})`;
}
