import type { MigrationState } from '../../../core/run/compare.js';
import type { AttemptRow } from '../../../core/run/history.js';
import type { RunSummary } from '../../../core/watch/run-log.js';
import { type Html, markup } from './html.js';

/** The state that is shown for a migration; `unknown` before the history was read. */
export type ShownState = MigrationState | 'unknown';

/** The signs of `pgm status`, and what each state means. Created once: a page may have 10,000 of them. */
const looks = {
  applied: look('applied', '✔', 'applied, and the file has not changed since'),
  pending: look('pending', '○', 'not applied yet'),
  changed: look('changed', '~', 'edited after it was applied'),
  failed: look('failed', '✖', 'the last attempt failed, or the file cannot be read'),
  held: look('held', '‖', 'not attempted because of an earlier failure'),
  missing: look('missing', '?', 'applied, but no longer in the source'),
  unknown: look('unknown', '·', 'the history has not been read yet'),
};

/** Of the results of a run, the state of a migration that has the same colour. */
export const similarStates: Readonly<Record<RunSummary['result'], MigrationState>> = {
  settled: 'applied',
  incomplete: 'failed',
  broken: 'changed',
};

/** The sign, and the word for screen readers. */
export function spokenSign(state: ShownState): Html {
  return looks[state].spokenSign;
}

/** The sign of an attempt. The word is next to it. */
export function outcomeSign(outcome: AttemptRow['outcome']): Html {
  return looks[outcome === 'failed' ? 'failed' : 'applied'].sign;
}

/** The sign of a run. The word is next to it. */
export function resultSign(result: RunSummary['result']): Html {
  const similar = similarStates[result];
  return result === 'broken' ? signOf(similar, '▲') : looks[similar].sign;
}

/** Sign and word, with the meaning as a tooltip. */
export function badge(state: ShownState): Html {
  return looks[state].badge;
}

/** States must not differ by colour only, so each has a sign. */
function look(state: ShownState, character: string, meaning: string) {
  const sign = signOf(state, character);
  return {
    sign,
    spokenSign: markup`${sign}<span class="spoken">${state}</span>`,
    badge: markup`<span class="badge s-${state}" title="${meaning}"
      ><span aria-hidden="true">${character}&#xfe0e;</span> ${state}</span
    >`,
  };
}

/** The variation selector asks for the text form where a font also has an emoji. */
function signOf(state: ShownState, character: string): Html {
  return markup`<span class="sign s-${state}" aria-hidden="true">${character}&#xfe0e;</span>`;
}
