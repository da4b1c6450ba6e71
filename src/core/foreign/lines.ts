/** A line of a file with its line end. */
export interface Line {
  /** Counted from 1, in the tool's file. */
  readonly number: number;
  readonly text: string;
}

/** Lines end with LF or CR LF; what follows the last one is a line too. */
export function linesOf(text: string): Line[] {
  return text.split(/(?<=\n)/).map((line, at) => ({ number: at + 1, text: line }));
}

/** A line without its end. */
export function content({ text }: Pick<Line, 'text'>): string {
  return text.replace(/\r?\n$/, '');
}

/** Blank, or a comment that ends with the line. */
export function isComment(line: Line): boolean {
  return /^\s*(?:--.*)?$/s.test(content(line));
}
