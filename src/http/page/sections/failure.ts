import type { MigrationFailure } from '../../../core/failure/failure.js';
import { printable } from '../../../core/files/names.js';
import { type Html, markup, nothing } from '../parts/html.js';
import { failureTitle } from '../parts/words.js';

/** Everything known about a failure: the message, the line with a caret, and what helps. */
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
 * The line of the file. The character at the error is both marked and pointed at by a caret: the mark works in fonts
 * whose characters differ in width, the caret in copied text.
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

/** Keeps the line ends of the server; everything else is escaped. */
function lines(text: string): readonly Html[] {
  return text.split('\n').map((line, at) => (at === 0 ? markup`${line}` : markup`<br />${line}`));
}
