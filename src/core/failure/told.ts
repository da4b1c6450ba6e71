import { printable } from '../files/names.js';
import type { MigrationFailure } from './failure.js';

/** What went wrong, in one line: the first of the message. */
export function headline({ message, sqlstate }: MigrationFailure): string {
  const [first = ''] = linesOf(message);
  return sqlstate === null ? first : `${first} (SQLSTATE ${sqlstate})`;
}

/** The line with its caret, and everything that helps; each element is one line of text, indented by the caller. */
export function particulars(failure: MigrationFailure): readonly string[] {
  const { message, detail, hint, context, advice } = failure;
  return [
    ...linesOf(message).slice(1),
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
  const [first = '', ...rest] = linesOf(text);
  return [`${label}: ${first}`, ...rest.map((line) => `  ${line}`)];
}

/** A text of the server may repeat what is in rows: nothing in it may act on a terminal or look like a line of its own. */
function linesOf(text: string): readonly string[] {
  return text.split(/\r?\n/).map((line) => printable(line.replaceAll('\t', ' ')));
}
