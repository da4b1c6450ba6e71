/**
 * What a terminal shows after `output` was written to it: its rows, each a list of texts `{ text, style }`. An empty row
 * at the end is left out. Rows may be of any length. Knows the sequences that pgm uses, and throws at any other.
 */
export function rowsOf(output) {
  let style = plain;
  const rows = output.split('\r\n').map((line) => {
    let row = [];
    for (const [token, codes] of line.matchAll(tokens)) {
      if (codes !== undefined) style = codes.split(';').map(Number).reduce(styleAfter, style);
      else if (erased.test(token)) row = [];
      else if (/^[^\x00-\x1f]/.test(token)) row.push({ text: token, style });
      else if (!passing.test(token)) throw unknown(token);
    }
    return row;
  });
  return rows.at(-1).length === 0 ? rows.slice(0, -1) : rows;
}

/** A row as text. */
export function textOf(row) {
  return row
    .map(({ text }) => text)
    .join('')
    .trimEnd();
}

/** Text; or a style, with its codes; or another sequence; or a control character. */
const tokens = /[^\x00-\x1f]+|\x1b\[([\d;]*)m|\x1b\[1G\x1b\[0?K|\x1b\[[?\d;]*[A-Za-z]|[\x00-\x1f]/g;

/** What a spinner does before it writes its line again: the first column, and erase from there. */
const erased = /^\x1b\[1G\x1b\[0?K$/;

/** The first column, the cursor, and synchronized output: nothing that stays on the screen. */
const passing = /^\x1b\[(?:1G|\?\d+[hl])$/;

const plain = { color: null, bold: false, dim: false };

const colors = { 31: 'red', 32: 'green', 33: 'yellow', 34: 'blue', 36: 'cyan', 90: 'gray' };

function styleAfter(style, code) {
  if (code === 0) return plain;
  if (code === 1) return { ...style, bold: true };
  if (code === 2) return { ...style, dim: true };
  if (code === 22) return { ...style, bold: false, dim: false };
  if (code === 39) return { ...style, color: null };
  if (code in colors) return { ...style, color: colors[code] };
  throw unknown(`style ${code}`);
}

function unknown(what) {
  return new Error(`unknown on this screen: ${JSON.stringify(what)}`);
}
