import { compareMigrations } from '../files/order.js';
import type { Named } from '../foreign/tool-folder.js';

/** The names that migrations get. */
interface Numbered {
  /** One for each migration, in the same order. */
  readonly names: readonly string[];
  /** Why they have new numbers; null if they keep theirs. */
  readonly renumbered: string | null;
}

/**
 * Names for migrations in the order in which they are applied. They keep their numbers if pgm then applies them in
 * exactly that order. `numberOf`: the number that pgm uses, null if there is none.
 */
export function numberFiles(
  ordered: readonly Named[],
  numberOf: (number: string) => string | null,
): Numbered {
  const kept = ordered.map((each) => keptName(each, numberOf(each.number)));
  const reason = reasonToRenumber(kept);
  if (reason === null) return { names: kept.map(({ filename }) => filename), renumbered: null };
  const width = Math.max(3, String(ordered.length).length);
  const names = ordered.map(
    (each, at) => `${String(at + 1).padStart(width, '0')}_${stemOf(each)}.sql`,
  );
  return { names, renumbered: reason };
}

/** Keeps a number only if it is a whole number. */
export function wholeNumber(number: string): string | null {
  return /^\d+$/.test(number) ? number : null;
}

interface Kept {
  readonly number: string;
  readonly filename: string;
}

/** The name with its own number; empty if that is not a whole number. */
export function keptName({ name }: Named, number: string | null): Kept {
  if (number === null) return { number: '', filename: '' };
  const rest = clean(name);
  return { number, filename: rest === '' ? `${number}.sql` : `${number}_${rest}.sql` };
}

function reasonToRenumber(kept: readonly Kept[]): string | null {
  if (kept.some(({ number }) => number === '')) return 'not all have a whole number';
  const schema = '';
  const inOrder = kept.every((each, at) => {
    const before = kept[at - 1];
    return (
      before === undefined || compareMigrations({ schema, ...before }, { schema, ...each }) < 0
    );
  });
  return inOrder ? null : 'pgm would apply them in another order by the numbers they have';
}

/** The tool's name of a migration, which follows a new number: `V1.2__x`, `20230101_x`, the name of a change. */
export function stemOf(named: Named): string {
  return clean(toolsName(named));
}

function toolsName({ path, number, name }: Named): string {
  if (number === '') return name;
  const parts = path.split('/');
  const last = (parts.at(-1) ?? '').replace(/(?:\.up)?\.[^.]+$/, '');
  const isDirectory = parts.length > 1 && ['up', 'migration'].includes(last);
  return isDirectory ? (parts.at(-2) ?? '') : last;
}

/** Only the characters that a ConfigMap key may have. */
export function clean(name: string): string {
  return name.replace(/[^-._A-Za-z0-9]+/g, '_');
}
