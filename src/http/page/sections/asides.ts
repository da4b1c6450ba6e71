import type { StatusView } from '../../../core/watch/status-view.js';
import { type Html, markup, nothing } from '../parts/html.js';
import { count, grouped } from '../../../core/text/words.js';

/** What else is in the source, and what a person should know about it. */
export function asides({ snapshot }: StatusView): Html {
  if (snapshot === null) return nothing;
  const { warnings, refused, leftOut, ignored, orderDiffersFromBytes } = snapshot;
  const order = orderDiffersFromBytes
    ? ['file numbers are sorted as numbers, so the order differs from that of ls']
    : [];
  const groups = [
    group(
      'Warnings',
      [...warnings, ...order].map((text) => markup`${text}`),
    ),
    group(
      'Refused',
      refused.map(({ path, reason, byteOffset }) => {
        const where = byteOffset === null ? '' : ` (at byte ${byteOffset})`;
        return markup`<code class="key">${path}</code>: ${reason}${where}`;
      }),
    ),
    group(
      'Left out by --schemas',
      leftOut.map(({ schema, files }) => markup`<code>${schema}</code>: ${count(files, 'file')}`),
    ),
    group(
      'Ignored',
      ignored.map((path) => markup`<code class="key">${path}</code>`),
    ),
  ].filter((part) => part !== nothing);
  if (groups.length === 0) return nothing;
  return markup`<section class="asides" aria-labelledby="asides" data-key="asides">
    <h2 id="asides">About the source</h2>
    ${groups}
  </section>`;
}

const mostInSight = 6;
const mostFolded = 500;

function group(title: string, items: readonly Html[]): Html {
  if (items.length === 0) return nothing;
  const rest = items.slice(mostInSight);
  const left = rest.length - mostFolded;
  const more = markup`<details data-key="aside:${title}">
    <summary>${grouped(rest.length)} more</summary>
    <ul>
      ${bullets(rest.slice(0, mostFolded))}
    </ul>
    ${
      left <= 0
        ? null
        : markup`<p class="none">
            and ${grouped(left)} more: <code>pgm status --json</code> lists them all.
          </p>`
    }
  </details>`;
  return markup`<div class="group">
    <h3>${title} <span class="number">${grouped(items.length)}</span></h3>
    <ul>
      ${bullets(items.slice(0, mostInSight))}
    </ul>
    ${rest.length === 0 ? null : more}
  </div>`;
}

function bullets(items: readonly Html[]): readonly Html[] {
  return items.map((item) => markup`<li>${item}</li>`);
}
