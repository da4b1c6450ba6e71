import { textOf } from './screen.mjs';

const cell = { width: 8.4, height: 20 };
const edge = 16;
const bar = 34;

const palette = {
  red: '#ff7b72',
  green: '#56d364',
  yellow: '#e3b341',
  blue: '#79c0ff',
  cyan: '#56d4dd',
  gray: '#8b949e',
};

/** The rows of a terminal as an SVG with a title. Each piece of text keeps its width, whatever font it is shown in. */
export function drawTerminal(rows, { columns, title }) {
  const width = Math.round(columns * cell.width + 2 * edge);
  const height = bar + rows.length * cell.height + edge;
  const text = rows.map(textOf).join('\n');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title text">
<title id="title">${escaped(title)}</title>
<desc id="text">${escaped(text)}</desc>
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
<g fill="#30363d"><circle cx="20" cy="18" r="6"/><circle cx="40" cy="18" r="6"/><circle cx="60" cy="18" r="6"/></g>
<g font-family="ui-monospace, 'SF Mono', Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6edf3">
${rows.map(drawRow).join('\n')}
</g>
</svg>
`;
}

function drawRow(row, at) {
  const spans = [];
  let column = 0;
  for (const { text, style } of row) {
    for (const { 0: piece, index } of text.matchAll(pieces)) {
      spans.push(drawPiece(piece, column + widthOf(text.slice(0, index)), style));
    }
    column += widthOf(text);
  }
  return spans.length === 0
    ? ''
    : `<text y="${bar + at * cell.height + 14}">${spans.join('')}</text>`;
}

/** Each keeps its width. None has two spaces, which would become one in a browser; an emoji is one of its own. */
const pieces =
  /\p{Emoji_Presentation}|[^\s\p{Emoji_Presentation}]+(?: [^\s\p{Emoji_Presentation}]+)*/gu;

function drawPiece(text, start, style) {
  const attributes = [
    `x="${round(edge + start * cell.width)}"`,
    `textLength="${round(widthOf(text) * cell.width)}"`,
    'lengthAdjust="spacingAndGlyphs"',
    ...(style.color === null ? [] : [`fill="${palette[style.color]}"`]),
    ...(style.bold ? ['font-weight="bold"'] : []),
    ...(style.dim ? ['opacity="0.7"'] : []),
  ];
  return `<tspan ${attributes.join(' ')}>${escaped(text)}</tspan>`;
}

/** In columns. A terminal gives some characters two; of these pgm writes emoji only. */
function widthOf(text) {
  return Array.from(text).length + (text.match(/\p{Emoji_Presentation}/gu)?.length ?? 0);
}

function round(number) {
  return Math.round(number * 10) / 10;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
