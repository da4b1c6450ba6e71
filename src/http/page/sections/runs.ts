import type { RunSummary } from '../../../core/watch/run-log.js';
import type { StatusView } from '../../../core/watch/status-view.js';
import { type Html, markup, nothing } from '../parts/html.js';
import { resultSign } from '../parts/states.js';
import { timeline } from './timeline.js';
import { count, duration, short } from '../../../core/text/words.js';
import { filesOf, instant } from '../parts/words.js';

/** The last runs of this process, as a timeline and as a table. */
export function runs({ runs: all, at }: StatusView): Html {
  if (all.length === 0) return nothing;
  const rest = all.slice(mostShown);
  return markup`<section aria-labelledby="runs" data-key="runs">
    <h2 id="runs">Runs</h2>
    ${timeline(all, at)} ${table(all.slice(0, mostShown), at)}
    ${
      rest.length === 0
        ? null
        : markup`<details data-key="runs:rest">
            <summary>${count(rest.length, 'earlier run')}</summary>
            ${table(rest, at)}
          </details>`
    }
  </section>`;
}

const mostShown = 8;

function table(some: readonly RunSummary[], now: number): Html {
  return markup`<table role="table" class="runs">
    <thead>
      <tr role="row">
        <th role="columnheader" scope="col">Ended (UTC)</th>
        <th role="columnheader" scope="col">Result</th>
        <th role="columnheader" scope="col" class="amount">Took</th>
        <th role="columnheader" scope="col">Files</th>
        <th role="columnheader" scope="col">Revision</th>
        <th role="columnheader" scope="col">Reason</th>
      </tr>
    </thead>
    <tbody>
      ${some.map((run) => row(run, now))}
    </tbody>
  </table>`;
}

function row(run: RunSummary, now: number): Html {
  return markup`<tr role="row" data-key="run:${run.endedAt}">
    <td role="cell">${instant(run.endedAt, now)}</td>
    <td role="cell" class="nowrap">${resultSign(run.result)} ${run.result}</td>
    <td role="cell" class="amount">${duration(run.durationMs)}</td>
    <td role="cell">${filesOf(run)}</td>
    <td role="cell"><code title="${run.revision}">${short(run.revision)}</code></td>
    <td role="cell" class="why">${run.reason ?? ''}</td>
  </tr>`;
}
