/**
 * Puts each generated part between its markers, `<!-- generated: NAME -->` and `<!-- end: NAME -->`. Throws when a marker
 * is missing, given twice or known to nobody, because a part that nobody writes would go stale in silence.
 *
 * `text`: the document. `parts`: an object, name to text. Answers the new document.
 */
export function withGeneratedParts(text, parts) {
  const found = [...text.matchAll(/<!-- generated: (\S+) -->/g)].map(([, name]) => name);
  const unknown = found.find((name) => !(name in parts));
  if (unknown !== undefined) throw new Error(`nothing generates the part "${unknown}"`);
  return Object.entries(parts).reduce(
    (document, [name, part]) => withPart(document, name, part),
    text,
  );
}

/** The names of the parts that differ between two states of one document. */
export function differingParts(before, after, parts) {
  return Object.keys(parts).filter((name) => partOf(before, name) !== partOf(after, name));
}

function withPart(text, name, part) {
  const { start, end } = rangeOf(text, name);
  return `${text.slice(0, start)}\n\n${part}\n\n${text.slice(end)}`;
}

function partOf(text, name) {
  const { start, end } = rangeOf(text, name);
  return text.slice(start, end);
}

function rangeOf(text, name) {
  const open = `<!-- generated: ${name} -->`;
  const close = `<!-- end: ${name} -->`;
  for (const marker of [open, close]) {
    const times = text.split(marker).length - 1;
    if (times !== 1) throw new Error(`the marker ${marker} is there ${times} times, not once`);
  }
  const start = text.indexOf(open) + open.length;
  const end = text.indexOf(close);
  if (end < start) throw new Error(`the marker ${close} stands before its beginning`);
  return { start, end };
}
