/** A stretch of a file's text: UTF-16 indices, `end` exclusive. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}
