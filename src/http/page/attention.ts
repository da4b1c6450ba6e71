import type { MigrationStatus } from '../../core/compare.js';
import type { StatusView } from '../../core/status-view.js';
import { asOf } from './as-of.js';
import { failureDetails } from './failure.js';
import { type Html, markup, nothing } from './html.js';
import { badge, isTroubled, troubled } from './states.js';
import { count, grouped } from '../../core/words.js';
import { instant } from './words.js';

/** Each file that is not as it should be, the worst first, with everything that is known of why. */
export function attention(view: StatusView): Html {
  const { seen, at } = view;
  const worst = (seen?.report.statuses ?? [])
    .filter(isTroubled)
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

/** More than these nobody reads one after another. */
const mostInFull = 20;
/** More than these would make the page heavy; the JSON and `pgm status` have them all. */
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

/** `gcp/002_x.sql:3:14`; the path as it is in the source, which for a ConfigMap is not the key. */
function place({ migration, filename, key, failure }: MigrationStatus): string {
  const path = migration?.path ?? (failure === null ? key : filename);
  const at = failure?.place ?? null;
  return at === null ? path : `${path}:${at.line}:${at.column}`;
}

function remarks(status: MigrationStatus, now: number): readonly Html[] {
  const { state, row, key, migration, heldBecause, renamedFrom } = status;
  const told: Html[] = [];
  const appliedAt = row?.appliedAt ?? null;
  if (migration !== null && migration.path !== key) told.push(markup`<code>${key}</code>`);
  if (state === 'failed' && row !== null) told.push(markup`${count(row.attempts, 'attempt')}`);
  if (heldBecause !== null) told.push(markup`${heldBecause}`);
  if (state === 'changed') told.push(markup`edited after it was applied`);
  if (state === 'missing') told.push(markup`no longer in the source; its effects stay`);
  if (appliedAt !== null) told.push(markup`last applied ${instant(appliedAt, now)} UTC`);
  if (status.outOfOrder) told.push(markup`out of order: a later one came before it`);
  if (renamedFrom !== null)
    told.push(markup`same content as <code>${renamedFrom}</code>: renamed?`);
  return told.map((remark, at) =>
    at === 0 ? remark : markup`<span class="dot"> · </span>${remark}`,
  );
}
