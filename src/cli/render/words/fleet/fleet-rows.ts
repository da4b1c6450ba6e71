import { printable } from '../../../../core/files/names.js';
import { count, grouped } from '../../../../core/text/words.js';
import { widest } from '../layout.js';

/** The text for one target, or for many with the same text. */
interface Said {
  readonly word: string;
  readonly reason: string | null;
  /** Lines below it. */
  readonly below: readonly string[];
}

export interface Saying<T> {
  readonly say: (each: T) => Said;
  /** Colours a text by its target. */
  readonly paint: (each: T, text: string) => string;
}

/**
 * One line per target. Many with the same text share one line with some of their names, and the number of lines is limited: a
 * fleet of thousands has to fit on a screen.
 */
export function rowsOf<T extends { readonly target: string }>(
  kinds: readonly (readonly T[])[],
  saying: Saying<T>,
): readonly string[] {
  const rows = kinds.flatMap((own) => (own.length > mostApart ? [together(own)] : own.map(apart)));
  const left = rows.slice(mostRows).reduce((sum, { targets }) => sum + targets, 0);
  const more = left === 0 ? [] : [`and ${count(left, 'other target')}: --json has each`];
  return [...linesOf(rows.slice(0, mostRows), saying), ...more];
}

/** One line per target, whatever they have in common. */
export function rowsOfEach<T extends { readonly target: string }>(
  all: readonly T[],
  saying: Saying<T>,
): readonly string[] {
  return linesOf(all.map(apart), saying);
}

/** `eu-1, eu-2, eu-3, eu-4, eu-5 and 7 more` */
export function someOf(targets: readonly string[]): string {
  const names = targets.slice(0, mostNamed).map(printable);
  const others = targets.length - names.length;
  return `${names.join(', ')}${others > 0 ? ` and ${grouped(others)} more` : ''}`;
}

/** Up to this many alike targets get a line each. */
const mostApart = 3;
const mostNamed = 5;
const mostRows = 100;

interface Row<T> {
  readonly title: string;
  /** One that represents all of the row. */
  readonly first: T;
  readonly targets: number;
  /** Their names, if the title does not have them. */
  readonly names: readonly string[];
}

function apart<T extends { readonly target: string }>(each: T): Row<T> {
  return { title: printable(each.target), first: each, targets: 1, names: [] };
}

function together<T extends { readonly target: string }>(own: readonly T[]): Row<T> {
  const [first] = own as readonly [T];
  return {
    title: count(own.length, 'target'),
    first,
    targets: own.length,
    names: [`    ${someOf(own.map(({ target }) => target))}`],
  };
}

function linesOf<T>(rows: readonly Row<T>[], { say, paint }: Saying<T>): readonly string[] {
  const said = rows.map((row) => ({ row, ...say(row.first) }));
  const width = widest(rows.map(({ title }) => title));
  const words = widest(said.map(({ word }) => word));
  return said.flatMap(({ row, word, reason, below }) => {
    const why = reason === null ? '' : `  ${printable(reason)}`;
    const line = paint(row.first, `${row.title.padEnd(width)}  ${word.padEnd(words)}`);
    return [`${line}${why}`.trimEnd(), ...below, ...row.names];
  });
}
