/** The few shapes of the plots. On a white ground, so that they are readable on a dark page too. */

/** @param {string} text */
export function escaped(text) {
  return text.replace(/[&<>"]/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

/** @param {number} width @param {number} height @param {string} title @param {readonly string[]} shapes */
export function drawing(width, height, title, shapes) {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" font-family="system-ui, sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    ...shapes,
    '</svg>',
    '',
  ].join('\n');
}

/**
 * @param {number} x @param {number} y @param {string} words
 * @param {{ readonly anchor?: 'start' | 'middle' | 'end', readonly bold?: boolean, readonly fill?: string }} [look]
 */
export function text(x, y, words, { anchor = 'start', bold = false, fill = '#24292f' } = {}) {
  const weight = bold ? ' font-weight="600"' : '';
  return `<text x="${rounded(x)}" y="${rounded(y)}" text-anchor="${anchor}" fill="${fill}"${weight}>${escaped(words)}</text>`;
}

/** @param {number} x @param {number} y @param {number} width @param {number} height @param {string} fill */
export function bar(x, y, width, height, fill) {
  return `<rect x="${rounded(x)}" y="${rounded(y)}" width="${rounded(width)}" height="${rounded(height)}" rx="2" fill="${fill}"/>`;
}

/** @param {readonly (readonly [number, number])[]} points @param {string} stroke */
export function line(points, stroke) {
  const path = points.map(([x, y]) => `${rounded(x)},${rounded(y)}`).join(' ');
  const dots = points.map(
    ([x, y]) => `<circle cx="${rounded(x)}" cy="${rounded(y)}" r="3" fill="${stroke}"/>`,
  );
  return [
    `<polyline points="${path}" fill="none" stroke="${stroke}" stroke-width="2"/>`,
    ...dots,
  ].join('\n');
}

/** @param {number} x1 @param {number} y1 @param {number} x2 @param {number} y2 */
export function rule(x1, y1, x2, y2) {
  return `<line x1="${rounded(x1)}" y1="${rounded(y1)}" x2="${rounded(x2)}" y2="${rounded(y2)}" stroke="#d0d7de"/>`;
}

/** @param {number} value */
function rounded(value) {
  return Number(value.toFixed(1));
}

export const colours = { pgm: '#1a7f37', floor: '#8c959f', peer: '#54aeff' };
