/** How a result for people is formatted. */
export interface Looks {
  readonly color: boolean;
  /** Everything, not only what needs attention. */
  readonly all: boolean;
}

/** The width of a column of these texts. One that is much longer than others makes only its own line longer. */
export function widest(texts: readonly string[]): number {
  return texts.reduce((most, { length }) => Math.max(most, Math.min(length, mostWidth)), 0);
}

const mostWidth = 60;

/** Lines in sections, with an empty line between two; sections without lines are left out. */
export function paragraphs(sections: readonly (readonly string[])[]): string {
  const shown = sections.filter((lines) => lines.length > 0);
  return `${shown.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** A document for stdout, as `--json` prints it. */
export function jsonText(document: object): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
