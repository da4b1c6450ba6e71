/** A line of a file with its line end. */
export interface Line {
  /** From 1, in the file of the tool. */
  readonly number: number;
  readonly text: string;
}

/** Lines end with LF, or CR LF; what is behind the last one is a line too. `first`: the number of the first one. */
export function linesOf(text: string, first = 1): Line[] {
  const lines = text.split(/(?<=\n)/);
  return lines.map((line, at) => ({ number: first + at, text: line }));
}

/** A line without its end. */
export function content({ text }: Pick<Line, 'text'>): string {
  return text.replace(/\r?\n$/, '');
}
