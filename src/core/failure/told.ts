import type { MigrationFailure } from './failure.js';

/** What went wrong, in one line. */
export function headline({ message, sqlstate }: MigrationFailure): string {
  return sqlstate === null ? message : `${message} (SQLSTATE ${sqlstate})`;
}

/** The line with its caret, and everything that helps; each element is one line of text, indented by the caller. */
export function particulars(failure: MigrationFailure): readonly string[] {
  const { detail, hint, context, advice } = failure;
  return [
    ...excerptLines(failure),
    ...labelled('detail', detail),
    ...labelled('hint', hint),
    ...labelled('context', context),
    ...labelled('to do', advice),
  ];
}

export function excerptLines({
  excerpt,
  place,
}: Pick<MigrationFailure, 'excerpt' | 'place'>): readonly string[] {
  if (excerpt === null || place === null) return [];
  const number = String(place.line);
  const gap = ' '.repeat(number.length);
  return [`${number} | ${excerpt.text}`, `${gap} | ${' '.repeat(excerpt.caret - 1)}^`];
}

export function labelled(label: string, text: string | null): readonly string[] {
  if (text === null || text === '') return [];
  const [first = '', ...rest] = text.split('\n');
  return [`${label}: ${first}`, ...rest.map((line) => `  ${line}`)];
}
