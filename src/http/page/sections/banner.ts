import { countStates, migrationStates } from '../../../core/run/compare.js';
import type { StatusView } from '../../../core/watch/status-view.js';
import { asOf, isOld, verdictOf } from '../parts/verdict.js';
import { type Html, markup, nothing } from '../parts/html.js';
import { icon } from '../parts/icon.js';
import { shareBar } from '../parts/shares.js';
import { badge } from '../parts/states.js';
import { grouped } from '../../../core/text/words.js';
import { instantWithAge } from '../parts/words.js';

/** The verdict, and below it the number of migrations in each state. */
export function banner(view: StatusView): Html {
  const { tone, word, reason } = verdictOf(view);
  const { activity } = view;
  return markup`<section class="verdict tone-${tone}" aria-labelledby="verdict" data-key="verdict">
      ${icon(tone)}
      <div class="words" role="status">
        <h1 id="verdict">${word}</h1>
        <p class="reason">${reason}</p>
      </div>
      ${activity === null ? null : markup`<p class="activity"><span class="pulse" aria-hidden="true"></span>${activity}</p>`}
      ${countsOf(view)}
    </section>
    ${away(view)}`;
}

function countsOf(view: StatusView): Html {
  const { seen } = view;
  if (seen === null || seen.report.statuses.length === 0) return nothing;
  const counts = countStates(seen.report.statuses);
  const items = migrationStates
    .filter((state) => counts[state] > 0)
    .map((state) => markup`<li><strong>${grouped(counts[state])}</strong> ${badge(state)}</li>`);
  return markup`<div class="counts">
    ${shareBar(counts)}
    <ul>
      ${items}
    </ul>
    ${asOf(view)}
  </div>`;
}

/** Says that the rest of the page is not current. */
function away(view: StatusView): Html {
  const { seen, at, health } = view;
  if (seen === null || !isOld(view)) return nothing;
  const who =
    health.postgres === 'up'
      ? 'PostgreSQL does not show the history'
      : 'PostgreSQL does not answer';
  return markup`<p class="stale" data-key="stale">
    <strong>${who}.</strong> Everything below is its last answer, as of
    ${instantWithAge(seen.at, at)}.
  </p>`;
}
