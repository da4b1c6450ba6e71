import type { MigrationFailure } from '../../core/failure.js';
import { printable } from '../../core/names.js';
import { type Html, markup, nothing } from './html.js';
import { failureTitle } from './words.js';

/** All that is known of a failure: what, the line with its caret, and what helps. */
export function failureDetails(failure: MigrationFailure): Html {
  const { sqlstate, detail, hint, context, advice } = failure;
  const code =
    sqlstate === null ? null : markup` <code class="sqlstate">SQLSTATE ${sqlstate}</code>`;
  const helps = [
    helpful('Detail', detail),
    helpful('Hint', hint),
    helpful('Context', context),
    helpful('To do', advice),
  ];
  return markup`<p class="message">${lines(failureTitle(failure))}${code}</p>
    ${excerptOf(failure)}
    <dl class="helps">${helps}</dl>`;
}

/**
 * The line of the file. The character at fault is marked, and a caret stands below it: the one survives fonts in which
 * not all characters are equally wide, the other survives being copied.
 */
function excerptOf({ excerpt, place }: MigrationFailure): Html {
  if (excerpt === null || place === null) return nothing;
  const letters = Array.from(excerpt.text);
  const before = printable(letters.slice(0, excerpt.caret - 1).join(''));
  const at = letters[excerpt.caret - 1];
  const after = letters.slice(excerpt.caret).join('');
  const gutter = `${place.line} | `;
  const blank = ' '.repeat(Array.from(before).length);
  const marked = at === undefined ? null : markup`<mark>${at}</mark>`;
  const edge = `${' '.repeat(String(place.line).length)} | `;
  return markup`<pre tabindex="0"><code><span class="gutter">${gutter}</span>${before}${marked}${after}
<span class="gutter">${edge}</span>${blank}<span class="caret">^</span></code></pre>`;
}

function helpful(name: string, text: string | null): Html {
  if (text === null || text === '') return nothing;
  return markup`<div>
    <dt>${name}</dt>
    <dd>${lines(text)}</dd>
  </div>`;
}

/** The server's line ends are kept; what a line holds is escaped. */
function lines(text: string): readonly Html[] {
  return text.split('\n').map((line, at) => (at === 0 ? markup`${line}` : markup`<br />${line}`));
}
