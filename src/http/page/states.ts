import type { MigrationState, MigrationStatus } from '../../core/compare.js';
import type { AttemptRow } from '../../core/history.js';
import type { RunSummary } from '../../core/run-log.js';
import { type Html, markup } from './html.js';

/** How a migration is shown: as its state, or as a file of which the database has not said anything yet. */
export type ShownState = MigrationState | 'unknown';

/** The signs of `pgm status`, so that the colour is never the only difference. */
const signs: Readonly<Record<ShownState, string>> = {
  applied: '✔',
  pending: '○',
  changed: '~',
  failed: '✖',
  held: '‖',
  missing: '?',
  unknown: '·',
};

/** Made once: a page may have 10,000 of them. */
const spokenSigns: Readonly<Record<ShownState, Html>> = {
  applied: spoken('applied'),
  pending: spoken('pending'),
  changed: spoken('changed'),
  failed: spoken('failed'),
  held: spoken('held'),
  missing: spoken('missing'),
  unknown: spoken('unknown'),
};

/** What each state means, for who points at it. */
const meanings: Readonly<Record<ShownState, string>> = {
  applied: 'in the database as the file says',
  pending: 'not applied yet',
  changed: 'edited after it was applied',
  failed: 'its last try failed, or it cannot be read',
  held: 'not tried, because of an earlier failure',
  missing: 'applied, and no longer in the source',
  unknown: 'the database has not been asked yet',
};

/** The sign, and the word for who cannot see it. */
export function spokenSign(state: ShownState): Html {
  return spokenSigns[state];
}

/** The sign of a try. The word stands beside it. */
export function outcomeSign(outcome: AttemptRow['outcome']): Html {
  const state = outcome === 'failed' ? 'failed' : 'applied';
  return mark(signs[state], state);
}

/** The sign of a run. The word stands beside it. */
export function resultSign(result: RunSummary['result']): Html {
  return mark(results[result].sign, results[result].like);
}

/** Sign and word. */
export function badge(state: ShownState): Html {
  return markup`<span class="badge s-${state}" title="${meanings[state]}"
    ><span aria-hidden="true">${signs[state]}&#xfe0e;</span> ${state}</span
  >`;
}

/** What a person has to look at, the worst first. */
export const troubled: readonly MigrationState[] = ['failed', 'held', 'changed', 'missing'];

export function isTroubled({ state }: MigrationStatus): boolean {
  return troubled.includes(state);
}

/** How the result of a run is shown: in the colour of the state of a migration that it is most like. */
export const results: Readonly<
  Record<
    RunSummary['result'],
    { readonly sign: string; readonly like: MigrationState; readonly word: string }
  >
> = {
  settled: { sign: signs.applied, like: 'applied', word: 'settled' },
  incomplete: { sign: signs.failed, like: 'failed', word: 'incomplete' },
  broken: { sign: '▲', like: 'changed', word: 'broke off' },
};

function spoken(state: ShownState): Html {
  return markup`${mark(signs[state], state)}<span class="spoken">${state}</span>`;
}

/** With the selector that asks for text, where a font has a coloured picture too. */
function mark(sign: string, state: ShownState): Html {
  return markup`<span class="sign s-${state}" aria-hidden="true">${sign}&#xfe0e;</span>`;
}
