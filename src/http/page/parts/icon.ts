import { constant, type Html } from './html.js';
import type { Tone } from './verdict.js';

/** A different shape for each tone, so that they differ in black and white; white lines on the colour of the tone. */
const shapes: Readonly<Record<Tone, string>> = {
  good: '<circle class="ground" cx="16" cy="16" r="15"/><path class="line" d="M9 16.5l5 5 9.5-10.5"/>',
  bad: '<path class="ground" d="M10 1h12l9 9v12l-9 9H10l-9-9V10z"/><path class="line" d="M11 11l10 10M21 11L11 21"/>',
  away: '<path class="ground" d="M16 2.5L31 29H1z"/><path class="line" d="M16 12v8M16 24.4v.2"/>',
  busy: '<circle class="ground" cx="16" cy="16" r="15"/><path class="line" d="M16 8v8.5l5.5 3"/>',
};

/** Colours that can be distinguished on light and dark browser frames. */
const grounds: Readonly<Record<Tone, string>> = {
  good: '#1a8f55',
  bad: '#d03a31',
  away: '#c27a0a',
  busy: '#3b78d8',
};

/** For the page, which colours it by its style. The word is next to it. */
export function icon(tone: Tone): Html {
  return constant(`<svg class="icon" viewBox="0 0 32 32" aria-hidden="true">${shapes[tone]}</svg>`);
}

/** A `data:` URL for `<link rel="icon">`. */
export function favicon(tone: Tone): Html {
  const drawn = shapes[tone]
    .replaceAll('class="ground"', `fill="${grounds[tone]}"`)
    .replaceAll(
      'class="line"',
      'fill="none" stroke="#fff" stroke-width="3.2" stroke-linecap="round"',
    );
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">${drawn}</svg>`;
  return constant(`data:image/svg+xml,${encodeURIComponent(svg)}`);
}
