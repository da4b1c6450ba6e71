import { hash } from 'node:crypto';
import type { StatusView } from '../../core/watch/status-view.js';
import type { Content } from '../send.js';
import { asides } from './sections/asides.js';
import { attempts } from './sections/attempts.js';
import { attention, heldByLint } from './sections/attention.js';
import { banner } from './sections/banner.js';
import { drift } from './sections/drift.js';
import { facts } from './sections/facts.js';
import { constant, type Html, markup } from './parts/html.js';
import { favicon } from './parts/icon.js';
import { runs } from './sections/runs.js';
import { schemas } from './sections/schemas.js';
import { script } from './assets/script.js';
import { style } from './assets/style.js';
import { verdictOf } from './parts/verdict.js';
import { instant } from './parts/words.js';

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

/** The answer to `GET /`. */
export function pageContent(view: StatusView): Content {
  return { type: 'text/html; charset=utf-8', text: renderPage(view), headers: pageHeaders };
}

/** The whole document. It is complete without its script. */
export function renderPage(view: StatusView): string {
  const { text } = markup`<!doctype html>
    <html lang="en">
      <head>
        ${head(view)}
      </head>
      <body>
        ${top(view)}
        <p id="lost" role="alert" hidden></p>
        <main>
          ${banner(view)} ${facts(view)} ${heldByLint(view)} ${attention(view)} ${drift(view)}
          ${schemas(view)} ${runs(view)} ${attempts(view)} ${asides(view)}
        </main>
        ${bottom(view)}
        ${program}
      </body>
    </html>`;
  return text;
}

function head(view: StatusView): Html {
  const { title, tone } = verdictOf(view);
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

function top({ labels, at }: StatusView): Html {
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

function bottom({ version }: StatusView): Html {
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
