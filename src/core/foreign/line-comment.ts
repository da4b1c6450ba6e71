/** A comment that is alone on its line. One in a block, with a single line of words, reads as if it began with `--`. */
export interface LineComment {
  readonly start: number;
  readonly text: string;
}
