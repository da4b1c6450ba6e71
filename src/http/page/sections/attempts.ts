import type { AttemptRow } from '../../../core/run/history.js';
import type { StatusView } from '../../../core/watch/status-view.js';
import { asOf } from '../parts/verdict.js';
import { type Html, markup, nothing } from '../parts/html.js';
import { outcomeSign } from '../parts/states.js';
import { duration } from '../../../core/text/words.js';
import { failureTitle, instant } from '../parts/words.js';

/** The latest attempts of all runners, from the history. */
export function attempts(view: StatusView): Html {
  const tries = view.seen?.report.attempts ?? [];
  if (tries.length === 0) return nothing;
  return markup`<section aria-labelledby="attempts" data-key="attempts">
    <h2 id="attempts">Latest attempts ${asOf(view)}</h2>
    <table role="table" class="attempts">
      <thead>
        <tr role="row">
          <th role="columnheader" scope="col">Started (UTC)</th>
          <th role="columnheader" scope="col">File</th>
          <th role="columnheader" scope="col">Outcome</th>
          <th role="columnheader" scope="col" class="amount">Took</th>
          <th role="columnheader" scope="col">By</th>
        </tr>
      </thead>
      <tbody>
        ${tries.map((one) => row(one, view.at))}
      </tbody>
    </table>
  </section>`;
}

function row(one: AttemptRow, now: number): Html {
  const { startedAt, key, outcome, durationMs, error, appliedBy } = one;
  const why = error === null ? null : markup`<span class="why">${failureTitle(error)}</span>`;
  return markup`<tr role="row" data-key="try:${startedAt}:${key}">
    <td role="cell">${instant(startedAt, now)}</td>
    <td role="cell"><code class="key">${key}</code>${why}</td>
    <td role="cell" class="nowrap">${outcomeSign(outcome)} ${outcome}</td>
    <td role="cell" class="amount">${durationMs === null ? '' : duration(durationMs)}</td>
    <td role="cell"><span class="key">${appliedBy}</span></td>
  </tr>`;
}
