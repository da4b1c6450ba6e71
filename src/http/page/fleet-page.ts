import {
  type FleetReport,
  groupsOf,
  outcomesOf,
  rangeInWords,
  stateWords,
  summaryOf,
} from '../../core/fleet/fleet-report.js';
import { isTrouble, type TargetOutcome } from '../../core/fleet/outcome.js';
import { count, duration, grouped, short } from '../../core/text/words.js';
import type { FleetView } from '../../core/watch/fleet-view.js';
import type { Content } from '../send.js';
import { contentOf, frame } from './frame.js';
import { type Html, markup, nothing } from './parts/html.js';
import { icon } from './parts/icon.js';
import type { Tone } from './parts/verdict.js';
import { instantWithAge } from './parts/words.js';

/** The answer to `GET /` of a process that watches many databases. */
export function fleetPageContent(view: FleetView): Content {
  return contentOf(renderFleetPage(view));
}

/** The whole document. It is complete without its script. */
function renderFleetPage(view: FleetView): string {
  const { tone, word } = verdictOf(view);
  const main = markup`${banner(view)} ${facts(view)} ${groups(view)} ${troubles(view)}`;
  return frame(view, { tone, title: `${word} · fleet · pgm` }, main);
}

interface Verdict {
  readonly tone: Tone;
  readonly word: string;
}

function verdictOf({ seen, problem }: FleetView): Verdict {
  if (problem !== null) return { tone: 'away', word: 'Not looking' };
  if (seen === null) return { tone: 'busy', word: 'Looking' };
  const outcomes = outcomesOf(seen.report);
  if (outcomes.some(isTrouble)) return { tone: 'bad', word: 'In trouble' };
  return outcomes.some(({ state }) => state === 'behind')
    ? { tone: 'away', word: 'Behind' }
    : { tone: 'good', word: 'Up to date' };
}

function banner(view: FleetView): Html {
  const { tone, word } = verdictOf(view);
  return markup`<section class="verdict tone-${tone}" aria-labelledby="verdict" data-key="verdict">
      ${icon(tone)}
      <div class="words" role="status">
        <h1 id="verdict">${word}</h1>
        <p class="reason">${reasonOf(view)}</p>
      </div>
    </section>
    ${stale(view)}`;
}

function reasonOf({ seen, problem }: FleetView): string {
  if (problem !== null) return problem;
  return seen === null ? 'the first look has not ended' : summaryOf(outcomesOf(seen.report));
}

/** Says that the rest of the page is not current. */
function stale({ seen, problem, at }: FleetView): Html {
  if (seen === null || problem === null) return nothing;
  return markup`<p class="stale" data-key="stale">
    <strong>The targets are not being checked now.</strong> Everything below is as of ${instantWithAge(seen.at, at)}.
  </p>`;
}

function facts({ seen, source, everyMs, at }: FleetView): Html {
  const looked =
    seen === null
      ? markup`<span class="none">not yet</span>`
      : markup`${instantWithAge(seen.at, at)} <small>took ${duration(seen.report.durationMs)}, every ${duration(everyMs)}</small>`;
  const pairs: readonly (readonly [string, Html])[] = [
    ['Targets', markup`${seen === null ? '' : grouped(outcomesOf(seen.report).length)}`],
    ['Source', markup`<code>${source.directory}</code> <small>${source.origin}</small>`],
    ['Revision', seen === null ? nothing : revision(seen.report)],
    ['Last look', looked],
  ];
  return markup`<section class="facts" data-key="facts" aria-label="Overview">
    <dl>
      ${pairs.map(([name, said]) => markup`<div><dt>${name}</dt><dd>${said}</dd></div>`)}
    </dl>
  </section>`;
}

function revision({ revision: hash, files }: FleetReport): Html {
  return markup`<code title="${hash}">${short(hash)}</code> <small>${count(files, 'file')}</small>`;
}

/** How many targets are in which state. */
function groups({ seen }: FleetView): Html {
  if (seen === null) return nothing;
  const rows = groupsOf(outcomesOf(seen.report)).map(
    ({
      state,
      revision: at,
      targets,
      behindBy,
    }) => markup`<tr role="row" data-key="group:${state}:${at ?? ''}">
      <td role="cell" class="nowrap">${stateWords[state]}</td>
      <td role="cell" class="amount">${grouped(targets)}</td>
      <td role="cell">${at === null ? '' : markup`<code title="${at}">${short(at)}</code>`}</td>
      <td role="cell">${behindBy === null || behindBy.most === 0 ? '' : rangeInWords(behindBy)}</td>
    </tr>`,
  );
  return markup`<section aria-labelledby="groups" data-key="groups">
    <h2 id="groups">Where they stand</h2>
    <table role="table">
      <thead>
        <tr role="row">
          <th role="columnheader" scope="col">State</th>
          <th role="columnheader" scope="col" class="amount">Targets</th>
          <th role="columnheader" scope="col">Applied in full</th>
          <th role="columnheader" scope="col">Files due</th>
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </section>`;
}

/** Nobody would read more. */
const mostShown = 100;

/** Each target that needs attention. */
function troubles({ seen }: FleetView): Html {
  const all = seen === null ? [] : outcomesOf(seen.report).filter(isTrouble);
  if (all.length === 0) return nothing;
  const left = all.length - mostShown;
  return markup`<section class="attention" aria-labelledby="troubles" data-key="troubles">
    <h2 id="troubles">Targets in trouble <span class="number">${grouped(all.length)}</span></h2>
    ${all.slice(0, mostShown).map(trouble)}
    ${left > 0 ? markup`<p class="remarks">${count(left, 'other target')}: pgm fleet status lists them all.</p>` : null}
  </section>`;
}

function trouble({ target, state, reason, failure }: TargetOutcome): Html {
  const kind = state === 'failed' || state === 'refused' ? 'failed' : 'away';
  return markup`<article class="trouble e-${kind}" data-key="target:${target}">
    <h3><code class="key">${target}</code> <span class="badge">${stateWords[state]}</span></h3>
    <p class="remarks">${reason ?? ''}</p>
    ${failure === null ? null : markup`<p class="message"><code class="key">${failure.path}</code> ${failure.failure.message}${failure.failure.sqlstate === null ? null : markup`<code class="sqlstate">${failure.failure.sqlstate}</code>`}</p>`}
    ${(failure?.failure.advice ?? null) === null ? null : markup`<p class="remarks">${failure?.failure.advice ?? ''}</p>`}
  </article>`;
}
