/**
 * Puts each generated part between its markers, `<!-- generated: NAME -->` and `<!-- end: NAME -->`. Throws if a marker is
 * missing, given twice or unknown, because a part that nothing writes would silently go stale.
 *
 * `text`: the document. `parts`: an object, name to text, in the order of the document. Returns the new document.
 */
export function withGeneratedParts(text, parts) {
  // The benchmark has parts of its own, which end in the same way.
  const found = Array.from(text.matchAll(/<!-- (generated|end): (\S+) -->/g))
    .filter(([, kind, name]) => kind === 'generated' || name in parts)
    .map(([marker]) => marker);
  const wanted = Object.keys(parts).flatMap((name) => [open(name), close(name)]);
  if (found.join() !== wanted.join()) {
    throw new Error(`found the markers ${list(found)} instead of ${list(wanted)}`);
  }
  return Object.entries(parts).reduce((document, [name, part]) => {
    const [before] = document.split(open(name));
    const [, after] = document.split(close(name));
    return `${before}${open(name)}\n\n${part}\n\n${close(name)}${after}`;
  }, text);
}

const open = (name) => `<!-- generated: ${name} -->`;
const close = (name) => `<!-- end: ${name} -->`;
const list = (markers) => markers.join(' ') || 'none';
