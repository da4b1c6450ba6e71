import { hash } from 'node:crypto';
import type { Content } from '../send.js';
import { script } from './assets/script.js';
import { style } from './assets/style.js';
import { constant, type Html, markup } from './parts/html.js';
import { favicon } from './parts/icon.js';
import type { Tone } from './parts/verdict.js';
import { instant } from './parts/words.js';

/** The top and the bottom of a page. */
interface Framed {
  readonly version: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly labels: { readonly namespace: string; readonly configMap: string };
}

/**
 * The browser may run only this style and this script, identified by their hashes, and load nothing else. So even a
 * file name that was not escaped could not run code.
 */
const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    `style-src '${hashOf(style)}'`,
    `script-src '${hashOf(script)}'`,
    "connect-src 'self'",
    'img-src data:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
};

/** A page as an answer. */
export function contentOf(text: string): Content {
  return { type: 'text/html; charset=utf-8', text, headers: pageHeaders };
}

/** The whole document around what is on the page. */
export function frame(
  view: Framed,
  shown: { readonly tone: Tone; readonly title: string },
  main: Html,
): string {
  const { text } = markup`<!doctype html>
    <html lang="en">
      <head>
        ${head(shown)}
      </head>
      <body>
        ${top(view)}
        <p id="lost" role="alert" hidden></p>
        <main>
          ${main}
        </main>
        ${bottom(view)}
        ${program}
      </body>
    </html>`;
  return text;
}

function head({ title, tone }: { readonly tone: Tone; readonly title: string }): Html {
  return markup`<meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <meta name="color-scheme" content="light dark" />
    <noscript><meta http-equiv="refresh" content="5" /></noscript>
    <title>${title}</title>
    <link rel="icon" href="${favicon(tone)}" />
    ${look}`;
}

/** Must be exactly the text that the hashes of the policy are computed from. */
const look = constant(`<style>${style}</style>`);
const program = constant(`<script>${script}</script>`);

function top({ labels, at }: Framed): Html {
  return markup`<header>
    <p class="brand">pgm</p>
    <p class="place">
      <span class="key">${labels.namespace}</span>
      <span class="slash" aria-hidden="true">/</span>
      <span class="key">${labels.configMap}</span>
    </p>
    <p class="clock">${instant(at, at)} UTC</p>
  </header>`;
}

function bottom({ version }: Framed): Html {
  return markup`<footer>
    <p>pgm ${version}</p>
    <nav aria-label="Machine-readable endpoints">
      <a href="/status">/status</a> <a href="/readiness">/readiness</a>
      <a href="/metrics">/metrics</a>
    </nav>
  </footer>`;
}

/** `sha256-…`, as a policy names an inline style or script. */
function hashOf(text: string): string {
  return `sha256-${hash('sha256', text, 'base64')}`;
}
