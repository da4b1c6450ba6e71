/** Turns the parser's offsets, which are bytes of the statement it was given, into UTF-16 indices of a file. */
export type IndexOf = (byte: number | undefined) => number;

/** `start`: where the statement begins in the file. A missing offset is 0; -1 means that there is none. */
export function offsetsOf(statement: string, start: number): IndexOf {
  const bytes = Buffer.byteLength(statement);
  if (bytes === statement.length) return (byte) => start + Math.min(Math.max(0, byte ?? 0), bytes);
  const places = wideCharacters(statement);
  return (byte) => {
    const wanted = Math.max(0, byte ?? 0);
    let [low, high] = [0, places.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((places[middle]?.byte ?? 0) <= wanted) low = middle + 1;
      else high = middle;
    }
    const before = places[low - 1] ?? { byte: 0, index: 0 };
    return start + Math.min(before.index + (wanted - before.byte), statement.length);
  };
}

/** The position after each character that is not one byte, in bytes and in UTF-16. */
function wideCharacters(
  text: string,
): readonly { readonly byte: number; readonly index: number }[] {
  const places: { byte: number; index: number }[] = [];
  let byte = 0;
  let last = 0;
  for (const { 0: wide, index } of text.matchAll(/[^\u0000-\u007f]+/g)) {
    byte += index - last + Buffer.byteLength(wide);
    last = index + wide.length;
    places.push({ byte, index: last });
  }
  return places;
}
