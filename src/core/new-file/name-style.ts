/** How the files of a schema write their names: `001_add_labels.sql`, `001-add-labels.sql`, `001__AddLabels.sql`. */
interface NameStyle {
  /** Between the number and the name. */
  readonly afterNumber: string;
  /** Between words; empty for names like AddLabels. */
  readonly betweenWords: string;
  readonly letters: 'lower' | 'upper' | 'capital' | 'as typed';
}

/** What most of the names have; in a tie, what the last of them has. */
export function styleOf(filenames: readonly string[]): NameStyle {
  const shapes = filenames.map((name) => /^\d+([^\p{L}\p{N}]*)(.*?)(?:\.sql)?$/u.exec(name));
  const rests = shapes.flatMap((shape) => shape?.[2] ?? []);
  return {
    afterNumber: mostFrequent(shapes.flatMap((shape) => shape?.[1] ?? [])) || '_',
    betweenWords: mostFrequent(rests.flatMap((rest) => separatorOf(rest) ?? [])) ?? '_',
    letters: mostFrequent(rests.map(lettersOf)) ?? 'as typed',
  };
}

/** A typed name in the style of the others; empty if nothing is left of it. */
export function styled(name: string, { betweenWords, letters }: NameStyle): string {
  const apart = letters === 'as typed' ? name : name.replace(/(\p{Ll}|\p{N})(?=\p{Lu})/gu, '$1 ');
  const words = apart.split(/[\s_-]+/).filter((word) => word !== '');
  return words.map((word) => cased(word, letters)).join(betweenWords);
}

function cased(word: string, letters: NameStyle['letters']): string {
  if (letters === 'lower') return word.toLowerCase();
  if (letters === 'upper') return word.toUpperCase();
  return letters === 'capital' ? word.charAt(0).toUpperCase() + word.slice(1) : word;
}

/** Null for a single word, which says nothing. */
function separatorOf(rest: string): string | null {
  if (rest.includes('_')) return '_';
  if (rest.includes('-')) return '-';
  return /\p{Ll}\p{Lu}/u.test(rest) ? '' : null;
}

function lettersOf(rest: string): NameStyle['letters'] {
  if (rest === rest.toLowerCase()) return 'lower';
  if (rest === rest.toUpperCase()) return 'upper';
  const words = rest.split(/[_-]+/);
  return words.every((word) => /^[\p{Lu}\p{N}]/u.test(word)) ? 'capital' : 'as typed';
}

function mostFrequent<T>(values: readonly T[]): T | undefined {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  // In a tie the one that came last, as the map keeps the order in which they first came.
  return [...counts].reduce<[T, number] | undefined>(
    (best, each) => (best === undefined || each[1] >= best[1] ? each : best),
    undefined,
  )?.[0];
}
