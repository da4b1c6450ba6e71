import { allGone } from '../../../core/run/all-gone.js';
import { type MigrationState, type MigrationStatus, nextTryOf } from '../../../core/run/compare.js';
import type { StatusView } from '../../../core/watch/status-view.js';
import { asOf } from '../parts/verdict.js';
import { failureDetails } from './failure.js';
import { type Html, markup, nothing } from '../parts/html.js';
import { badge } from '../parts/states.js';
import type { HoldingFinding } from '../../../core/run/lint-hold.js';
import { count, grouped } from '../../../core/text/words.js';
import { instant } from '../parts/words.js';
import { located } from '../../../core/text/position.js';

/** Every file with a problem, the worst first, with everything that is known about the reason. */
export function attention(view: StatusView): Html {
  const { seen, at } = view;
  const lost = allGone(seen?.report.statuses ?? []);
  if (lost !== null) return allLost(lost, view);
  const worst = (seen?.report.statuses ?? [])
    .filter(({ state }) => troubled.includes(state))
    .sort((a, b) => troubled.indexOf(a.state) - troubled.indexOf(b.state));
  if (worst.length === 0) return nothing;
  const shown = worst.slice(0, mostInFull).map((status) => article(status, at));
  const rest = worst.slice(mostInFull);
  return markup`<section class="attention" aria-labelledby="attention" data-key="attention">
    <h2 id="attention">
      Needs attention <span class="number">${grouped(worst.length)}</span> ${asOf(view)}
    </h2>
    ${shown}${rest.length === 0 ? null : folded(rest, at)}
  </section>`;
}

/** What `--lint` found, so that nothing is applied. */
export function heldByLint({ heldByLint: hold }: StatusView): Html {
  if (hold === null) return nothing;
  const { findings } = hold;
  const left = findings.length - mostInFull;
  return markup`<section class="attention" aria-labelledby="lint" data-key="lint">
    <h2 id="lint">
      Not applied: pgm lint found <span class="number">${grouped(findings.length)}</span>
    </h2>
    ${findings.slice(0, mostInFull).map(findingArticle)}
    ${left <= 0 ? null : markup`<p class="none">and ${grouped(left)} more: <code>pgm lint</code> lists them all.</p>`}
  </section>`;
}

function findingArticle(
  { path, rule, message, place: at, advice }: HoldingFinding,
  n: number,
): Html {
  return markup`<article class="trouble e-failed" data-key="lint:${String(n)}">
    <h3><code class="key">${located(path, at)}</code></h3>
    <p class="remarks">${message} <span class="dot"> · </span><code>${rule}</code></p>
    ${advice === null ? null : markup`<p class="remarks">to do: ${advice}</p>`}
  </article>`;
}

/** An emptied source: one line per schema, not one per file. */
function allLost(lost: ReadonlyMap<string, number>, view: StatusView): Html {
  const lines = [...lost].map(
    ([schema, files]) => markup`<article class="trouble e-missing" data-key="gone:${schema}">
      <h3>${badge('missing')} <code class="key">${schema}</code></h3>
      <p class="remarks">${count(files, 'applied file')}: none of them is in the source any more; an emptied or deleted ConfigMap?</p>
    </article>`,
  );
  return markup`<section class="attention" aria-labelledby="attention" data-key="attention">
    <h2 id="attention">
      Needs attention <span class="number">${grouped(lost.size)}</span> ${asOf(view)}
    </h2>
    ${lines}
  </section>`;
}

/** The states that need attention, the worst first. */
const troubled: readonly MigrationState[] = ['failed', 'held', 'changed', 'missing'];

/** Nobody reads more than this many in a row. */
const mostInFull = 20;
/** More than this many would make the page slow; the JSON and `pgm status` list them all. */
const mostFolded = 200;

function folded(rest: readonly MigrationStatus[], now: number): Html {
  const left = rest.length - mostFolded;
  return markup`<details data-key="attention:rest">
    <summary>${count(rest.length, 'more file')}</summary>
    ${rest.slice(0, mostFolded).map((status) => article(status, now))}
    ${left <= 0 ? null : markup`<p class="none">and ${grouped(left)} more: <code>pgm status</code> lists them all.</p>`}
  </details>`;
}

function article(status: MigrationStatus, now: number): Html {
  const { key, state, failure } = status;
  const told = remarks(status, now);
  return markup`<article class="trouble e-${state}" data-key="${key}">
    <h3>${badge(state)} <code class="key">${place(status)}</code></h3>
    ${told.length === 0 ? null : markup`<p class="remarks">${told}</p>`}
    ${failure === null ? null : failureDetails(failure)}
  </article>`;
}

/** With the path in the source, which in a ConfigMap is not the key. */
function place({ path: found, key, failure }: MigrationStatus): string {
  return located(found ?? key, failure?.place ?? null);
}

function remarks(status: MigrationStatus, now: number): readonly Html[] {
  const { state, row, key, migration, heldBecause, renamedFrom } = status;
  const told: Html[] = [];
  const appliedAt = row?.appliedAt ?? null;
  if (migration !== null && migration.path !== key) told.push(markup`<code>${key}</code>`);
  if (state === 'failed' && row !== null) told.push(markup`${count(row.attempts, 'attempt')}`);
  const nextTry = nextTryOf(status);
  if (nextTry !== null) told.push(markup`next try by ${instant(nextTry, now)} UTC`);
  if (heldBecause !== null) told.push(markup`${heldBecause}`);
  if (state === 'changed') told.push(markup`edited after it was applied`);
  if (state === 'missing')
    told.push(markup`no longer in the source; its changes stay in the database`);
  if (appliedAt !== null) told.push(markup`last applied ${instant(appliedAt, now)} UTC`);
  if (status.outOfOrder) told.push(markup`out of order: a later one was applied before it`);
  if (renamedFrom !== null)
    told.push(markup`same content as <code>${renamedFrom}</code>: renamed?`);
  return told.map((remark, at) =>
    at === 0 ? remark : markup`<span class="dot"> · </span>${remark}`,
  );
}
